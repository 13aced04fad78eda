/** What is wrong with a SEG-Y file, as a plain value: the caller adds the place in the YAML. */
export interface SegyProblem {
  /** Stable, `segy/…`. */
  readonly code: string;
  readonly message: string;
  /** 1-based byte of the file where the fault lies, counted as the standard counts. */
  readonly byte: number;
  /** What the user can do about it; option names are those of {@link Overrides}. */
  readonly hint: string;
}

export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: SegyProblem };

export const ok = <T>(value: T): Result<T> => ({ ok: true, value });

export const bad = (code: string, byte: number, message: string, hint: string): Result<never> => ({
  ok: false,
  problem: { code: `segy/${code}`, message, byte, hint },
});
