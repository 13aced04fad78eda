import { execFileSync } from 'node:child_process';
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  verify,
} from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ProblemError, problem } from '../problem.js';
import { errorCode, isAbsent } from '../store/files.js';
import { stateFolder } from './state.js';

export interface Signer {
  /** Ed25519 public key, 32 bytes in base64url: stands in every head that it signs. */
  readonly key: string;
  sign(text: string): string;
}

export interface KeyOptions {
  /** Default: the process's environment. TOOLBOX_AUDIT_KEY holds the private key as PEM, or as base64 of 32 bytes. */
  readonly env?: NodeJS.ProcessEnv;
  /** Program and arguments that print the private key (a vault); the environment variable goes before it. */
  readonly command?: readonly string[];
}

/**
 * The key that signs heads: from TOOLBOX_AUDIT_KEY, from a command, or from the user's state folder, where the
 * first use makes one that only the user may read. Never from the project, whose every copy would hold it.
 */
export function openSigner(options: KeyOptions = {}): Signer {
  const env = options.env ?? process.env;
  const given = env['TOOLBOX_AUDIT_KEY'];
  if (given) return signerOf(given, 'TOOLBOX_AUDIT_KEY');
  if (options.command) return signerOf(printed(options.command), options.command[0]!);
  const file = join(stateFolder(env), 'audit-key.pem');
  return signerOf(readOwn(file) ?? make(file), file);
}

/** The user's own public key where there is one already; verifying makes none. */
export function ownPublicKey(options: KeyOptions = {}): string | undefined {
  const env = options.env ?? process.env;
  const file = join(stateFolder(env), 'audit-key.pem');
  if (env['TOOLBOX_AUDIT_KEY'] || options.command || readOwn(file)) return openSigner(options).key;
  return undefined;
}

/** Heads carry the raw key; Node wants it with the 12 bytes that say "Ed25519" (RFC 8410). */
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

export function isSignedBy(key: string, text: string, signature: string): boolean {
  try {
    const der = Buffer.concat([SPKI, Buffer.from(key, 'base64url')]);
    const publicKey = createPublicKey({ key: der, format: 'der', type: 'spki' });
    return verify(null, Buffer.from(text), publicKey, Buffer.from(signature, 'base64url'));
  } catch {
    return false;
  }
}

/** A short name of a public key for people to compare. */
export const fingerprint = (key: string): string => key.slice(0, 16);

function signerOf(text: string, source: string): Signer {
  let key: KeyObject;
  try {
    const bare = text.trim();
    key = bare.startsWith('-----')
      ? createPrivateKey(bare)
      : createPrivateKey({ key: Buffer.concat([PKCS8, seedOf(bare)]), format: 'der', type: 'pkcs8' });
    if (key.asymmetricKeyType !== 'ed25519') throw new TypeError('another kind of key');
  } catch {
    throw new ProblemError(
      problem('audit/key', `${source} holds no Ed25519 private key`, {
        hint: 'PEM (openssl genpkey -algorithm ed25519), or 32 random bytes in base64',
      }),
    );
  }
  const der = createPublicKey(key).export({ format: 'der', type: 'spki' });
  return {
    key: der.subarray(SPKI.length).toString('base64url'),
    sign: (message) => sign(null, Buffer.from(message), key).toString('base64url'),
  };
}

function seedOf(text: string): Buffer {
  const seed = Buffer.from(text, 'base64');
  if (seed.length !== 32) throw new TypeError('not 32 bytes');
  return seed;
}

function readOwn(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw unusable(file, error);
  }
}

/** Of two processes that make the key at once, one wins: it is written aside and linked. */
function make(file: string): string {
  const pem = generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }) as string;
  const temporary = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    mkdirSync(join(file, '..'), { recursive: true, mode: 0o700 });
    writeFileSync(temporary, pem, { mode: 0o600, flag: 'wx' });
    linkSync(temporary, file);
    return pem;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return readFileSync(file, 'utf8');
    throw unusable(file, error);
  } finally {
    rmSync(temporary, { force: true });
  }
}

function printed(command: readonly string[]): string {
  const [program, ...args] = command as [string, ...string[]];
  try {
    return execFileSync(program, args, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
      timeout: 30_000,
    });
  } catch {
    throw new ProblemError(problem('audit/key', `the command ${program} gave no signing key`));
  }
}

const unusable = (file: string, error: unknown) =>
  new ProblemError(
    problem('audit/key', `the signing key ${file} cannot be used: ${(error as Error).message}`, {
      hint: 'set XDG_STATE_HOME to a folder that may be written, or TOOLBOX_AUDIT_KEY to a key',
    }),
  );
