/** What a key may be used for. `admin` may do everything. */
export type Scope = 'read' | 'predict' | 'batch' | 'metrics';

export interface Caller {
  /** Public name of the key, never the key itself. */
  readonly id: string;
  readonly scopes: readonly string[];
  /** Requests a second; no limit where absent. */
  readonly rate?: number;
}

/** Who may ask. Looks the key up in time that does not depend on how much of it is right. */
export interface Access {
  check(key: string): Caller | undefined;
}

/** The key of a request: `Authorization: Bearer …` or `X-API-Key: …`. */
export function keyIn(headers: {
  readonly [name: string]: string | string[] | undefined;
}): string | undefined {
  const own = headers['x-api-key'];
  if (typeof own === 'string' && own !== '') return own;
  const { authorization } = headers;
  return typeof authorization === 'string' ? /^Bearer +(\S+)$/i.exec(authorization)?.[1] : undefined;
}

export const allows = ({ scopes }: Caller, scope: Scope): boolean =>
  scopes.includes(scope) || scopes.includes('admin');
