import { type Head, parseHead } from '../audit/head.js';
import { isSignedBy, type Signer } from '../audit/key.js';
import { canonical, type Digest, type Json } from '../canonical.js';
import { isRunId, type Machine } from '../store/runs.js';
import type { RunFacts } from './facts.js';

/** Names of files in the archive. */
export const CERTIFICATE = 'certificate.json';
export const LOG = 'log.jsonl';
export const RECORDS = 'records.jsonl';
export const RESULTS = 'results';

/** A file of the archive. */
export interface SharedFile {
  readonly digest: Digest;
  readonly bytes: number;
}

/** Says what a run was, what it rested on and what came of it, over a log that can be checked and a signature. */
export interface Certificate {
  readonly format: 1;
  readonly run: string;
  readonly facts: RunFacts;
  /** Sizes of those inputs that are still what the run read. */
  readonly inputBytes: { readonly [path: string]: number };
  readonly machine: Pick<Machine, 'node' | 'platform'>;
  /** The signed head that seals the run's log: its Merkle root is that of `log.jsonl`. */
  readonly head: Head;
  /** Every file of the archive but the certificate itself. */
  readonly files: { readonly [path: string]: SharedFile };
  /** Files that the run saved and that are not here. */
  readonly leftOut: { readonly [path: string]: string };
  /** Ed25519 public key of whoever shared it, base64url, and the signature over the rest as canonical JSON. */
  readonly key: string;
  readonly signature: string;
}

const signedText = ({ signature: _, ...rest }: Omit<Certificate, 'signature'> & { signature?: string }) =>
  canonical(rest as unknown as Json);

export function signCertificate(body: Omit<Certificate, 'key' | 'signature'>, signer: Signer): Certificate {
  const keyed = { ...body, key: signer.key };
  return { ...keyed, signature: signer.sign(signedText(keyed)) };
}

export const isSignedCertificate = (certificate: Certificate): boolean =>
  isSignedBy(certificate.key, signedText(certificate), certificate.signature);

/** Indented, for people; keys in the order of canonical JSON, so that equal certificates are equal bytes. */
export const certificateText = (certificate: Certificate): string =>
  `${JSON.stringify(JSON.parse(canonical(certificate as unknown as Json)), null, 2)}\n`;

/** The certificate of a text; undefined where it is none. What its facts say is compared with the log, not checked here. */
export function parseCertificate(text: string): Certificate | undefined {
  try {
    const found = JSON.parse(text) as Certificate;
    canonical(found as unknown as Json); // deeper than can be written again: not ours
    const head = parseHead({ number: 1, bytes: Buffer.from(canonical(found.head as unknown as Json)) });
    const sound =
      found.format === 1 &&
      isRunId(found.run) &&
      head !== undefined &&
      typeof found.key === 'string' &&
      typeof found.signature === 'string' &&
      isMap(found.facts) &&
      isMap(found.leftOut) &&
      isMap(found.files) &&
      Object.values(found.files).every((file) => typeof file?.digest === 'string');
    return sound ? found : undefined;
  } catch {
    return undefined;
  }
}

const isMap = (value: unknown): boolean =>
  value !== null && typeof value === 'object' && !Array.isArray(value);
