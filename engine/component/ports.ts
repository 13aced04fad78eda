import type { ArtifactKind, ArtifactTypes } from '../artifacts/artifact.js';

export interface Port {
  readonly kind: ArtifactKind;
  readonly description: string;
  readonly optional?: boolean;
  /** Takes any number of outputs of one kind, as a list in the order written. */
  readonly many?: boolean;
}
export type Ports = { readonly [name: string]: Port };

/** `optional`: may be left unwired; `many`: takes a list. */
export interface PortOptions {
  readonly optional?: true;
  readonly many?: true;
}
const port =
  <K extends ArtifactKind>(kind: K) =>
  <const E extends PortOptions = Record<never, never>>(description: string, extra?: E) =>
    ({ kind, description, ...extra }) as { readonly kind: K; readonly description: string } & E;

export const table = port('table');
export const model = port('model');
export const metrics = port('metrics');
export const report = port('report');
export const file = port('file');

type One<P extends Port> = P['many'] extends true
  ? readonly ArtifactTypes[P['kind']][]
  : ArtifactTypes[P['kind']];
export type InputsOf<P extends Ports> = {
  readonly [K in keyof P]: P[K]['optional'] extends true ? One<P[K]> | undefined : One<P[K]>;
};
export type OutputsOf<P extends Ports> = {
  readonly [K in keyof P as P[K]['optional'] extends true ? never : K]: One<P[K]>;
} & { readonly [K in keyof P as P[K]['optional'] extends true ? K : never]?: One<P[K]> };
