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
