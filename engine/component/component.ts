import type { PlannedSchema } from '../artifacts/schema.js';
import type { Static, TObject } from '../schema.js';
import type { Capabilities, Need } from './capabilities.js';
import type { Context } from './context.js';
import type { Determinism, MetricSpec, Named, Planning } from './definition.js';
import type { InputsOf, OutputsOf, Ports } from './ports.js';

export interface Component<
  C extends TObject = TObject,
  In extends Ports = Ports,
  Out extends Ports = Ports,
  N extends Need = Need,
> extends Named<C> {
  readonly kind: 'component';
  readonly inputs: In;
  /** The first is the main output: what a bare step name means. */
  readonly outputs: Out;
  readonly metrics?: { readonly [name: string]: MetricSpec };
  readonly needs?: readonly N[];
  readonly determinism: Determinism;
  /** Schemas of the table outputs from config and schemas of the table inputs. Without it, outputs are open. */
  columns?(
    config: Static<C>,
    inputs: { readonly [port: string]: PlannedSchema | undefined },
    planning: Planning,
  ): { readonly [output: string]: PlannedSchema };
  run(context: Context<C> & Pick<Capabilities, N> & { readonly in: InputsOf<In> }): Promise<OutputsOf<Out>>;
}

export function defineComponent<
  C extends TObject,
  In extends Ports,
  Out extends Ports,
  N extends Need = never,
>(spec: Omit<Component<C, In, Out, N>, 'kind'>): Component<C, In, Out, N> {
  return { kind: 'component', ...spec };
}
