import type { Compute, ComputeOptions, Kernel } from '../../components/lib/compute/kernel.js';
import { random } from '../../components/lib/random.js';
import type { Json } from '../canonical.js';
import type { Code } from '../codes.js';
import type { AnyDefinition, Context, Where } from '../component.js';
import type { LearnEnvironment } from '../learn/environment.js';
import { type Place, type Problem, ProblemError, problem } from '../problem.js';
import type { Workspace } from './workspace.js';

/** The step that a context belongs to, and where what it says goes. */
export interface StepDoor {
  readonly workspace: Workspace;
  readonly signal: AbortSignal;
  place(path: Where): Place;
  progress(done: number, total: number, note?: string): void;
  metric(name: string, value: Json): void;
  print(line: string): void;
  warn(problem: Problem): void;
}

/** The door that one component of the step sees; `where` leads to the component in the step (`['prep', 0]`). */
export function makeContext(door: StepDoor, config: Json, seed: number, where: Where = []): Context {
  const { workspace } = door;
  const at = (path: Where = []) => door.place([...where, ...path]);
  return {
    config: config as Context['config'],
    signal: door.signal,
    seed,
    random: (stream = 0) => random(seed, stream),
    progress: door.progress,
    metric: door.metric,
    print: door.print,
    warn(message, { path, hint, code = 'data/values' } = {}) {
      door.warn(problem(code, message, { severity: 'warning', at: at(path), ...(hint && { hint }) }));
    },
    fail(code: Code, message: string, { path, hint }: { path?: Where; hint?: string } = {}): never {
      throw new ProblemError(problem(code, message, { at: at(path), ...(hint && { hint }) }));
    },
    compute: stoppable(workspace.pool.compute, door.signal),
    tables: workspace.tables,
    async file({ name, media, bytes, also, data }) {
      const others: { [ending: string]: string } = {};
      for (const [ending, other] of Object.entries(also ?? {}))
        others[ending] = await workspace.objects.put(other);
      return {
        kind: 'file',
        name,
        media,
        object: await workspace.objects.put(bytes),
        ...(also && { also: others }),
        ...(data && {
          data: await workspace.tables.put(data),
        }),
      };
    },
  };
}

/** Every call ends with the step at the latest. */
const stoppable = (compute: Compute, signal: AbortSignal): Compute =>
  Object.assign(
    <Args, Part>(kernel: Kernel<Args, Part>, args: Args, options?: ComputeOptions) =>
      compute(kernel, args, {
        ...options,
        signal: options?.signal ? AbortSignal.any([options.signal, signal]) : signal,
      }),
    { blas: compute.blas ?? false },
  );

/** Learning inside a step: same signal, same pool, same voice. */
export function learnEnvironment(door: StepDoor): LearnEnvironment {
  const { workspace } = door;
  return {
    tables: workspace.tables,
    objects: workspace.objects,
    compute: makeContext(door, null, 0).compute,
    catalog: workspace.catalog,
    signal: door.signal,
    progress: door.progress,
    warn(message, { hint } = {}) {
      door.warn(
        problem('learn/no-signal', message, {
          severity: 'warning',
          at: door.place([]),
          ...(hint && { hint }),
        }),
      );
    },
    context: (_definition: AnyDefinition, config, seed, where) => makeContext(door, config, seed, where),
  };
}
