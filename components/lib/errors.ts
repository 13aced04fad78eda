/** What a kernel throws when its input cannot be worked on; the caller turns it into a problem with a place. */
export class InputError extends Error {
  constructor(
    /** Stable, kebab-case: `one-class`, `all-missing`, `too-few-rows` … */
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = 'InputError';
  }
}

/** The number itself. Throws `overflow` where what finite values led to is not finite, as squares of 1e200 are not. */
export function inRange(value: number): number {
  if (!Number.isFinite(value))
    throw new InputError('overflow', 'the values are too large to be calculated with');
  return value;
}
