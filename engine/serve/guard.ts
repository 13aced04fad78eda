import type { FastifyInstance } from 'fastify';
import { allows, type Key, type Keys, type Scope } from '../access/keys.js';
import { Rates } from './rates.js';
import { Refusal } from './refusal.js';

/** Whose keys are asked for. */
export type Access = Pick<Keys, 'verify'>;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What a key must allow; `any` takes every valid key, and probes, without it, are open to all. */
    readonly scope?: Scope | 'any';
    /** The model that the address is about. */
    readonly model?: string;
  }
  interface FastifyRequest {
    /** The key of the request, where access is configured. */
    caller: Key | undefined;
  }
}

export interface GuardOptions {
  readonly access?: Access;
  /** Requests a second for callers whose key says nothing else. */
  readonly rate?: number;
  readonly isStopping: () => boolean;
}

/** Asks every request for its key, its scope and its share before anything of it is read. */
export function addGuard(app: FastifyInstance, { access, rate, isStopping }: GuardOptions): void {
  const rates = new Rates();
  app.decorateRequest('caller', undefined);
  app.addHook('onRequest', (request, _reply, done) => {
    const { scope, model } = request.routeOptions.config;
    if (scope === undefined) return done();
    if (isStopping())
      return done(
        new Refusal('serve/stopping', 'the server is stopping', {
          headers: { connection: 'close', 'retry-after': '1' },
        }),
      );
    if (access) {
      const presented = keyIn(request.headers);
      const verified = presented === undefined ? undefined : access.verify(presented, new Date());
      // A wrong key, an expired one and none at all are told alike: which it was is nobody's business.
      if (!verified?.ok)
        return done(
          new Refusal('access/key', 'a valid key is needed', {
            hint: 'send it as "Authorization: Bearer KEY" or "X-API-Key: KEY"',
            headers: { 'www-authenticate': 'Bearer' },
          }),
        );
      if (scope !== 'any' && !allows(verified.value, scope, model))
        return done(
          new Refusal('request/scope', `the key does not allow "${scope}"${model ? ` of ${model}` : ''}`),
        );
      request.caller = verified.value;
    }
    const limit = request.caller?.rate ?? rate;
    if (limit !== undefined) {
      const burst = request.caller?.burst ?? Math.max(1, limit);
      const wait = rates.take(request.caller?.id ?? request.ip, limit, burst, performance.now());
      if (wait > 0)
        return done(
          new Refusal('request/rate', `more than ${limit} requests a second`, {
            headers: { 'retry-after': String(Math.ceil(wait)) },
          }),
        );
    }
    done();
  });
}

/** The key of a request: `Authorization: Bearer …` or `X-API-Key: …`. */
function keyIn(headers: { readonly [name: string]: string | string[] | undefined }): string | undefined {
  const own = headers['x-api-key'];
  if (typeof own === 'string' && own !== '') return own;
  const { authorization } = headers;
  return authorization === undefined ? undefined : /^Bearer +(\S+)$/i.exec(String(authorization))?.[1];
}
