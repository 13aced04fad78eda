import type { Encoding, Fields } from './binary.js';
import type { Overrides } from './overrides.js';
import type { ByteSource } from './source.js';

/** What the headers of a file say, and what the user says of it. */
export interface Facts {
  readonly source: ByteSource;
  readonly given: Overrides;
  readonly binary: Readonly<Record<string, number>>;
  readonly revision: number;
  readonly encoding: Encoding;
  readonly fields: Fields;
}
