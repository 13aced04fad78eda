import type { FastifyInstance } from 'fastify';
import { type Access, allows, type Caller, keyIn, type Scope } from './access.js';
import { Rates } from './rates.js';
import { Refusal } from './refusal.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What a key must allow; absent on addresses that are open to all, such as probes. */
    readonly scope?: Scope;
  }
  interface FastifyRequest {
    /** Whose key it was, where access is configured. */
    caller: Caller | undefined;
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
    const { scope } = request.routeOptions.config;
    if (scope === undefined) return done();
    if (isStopping())
      return done(
        new Refusal('serve/stopping', 'the server is stopping', {
          headers: { connection: 'close', 'retry-after': '1' },
        }),
      );
    if (access) {
      const key = keyIn(request.headers);
      request.caller = key === undefined ? undefined : access.check(key);
      // A wrong key, an expired one and none at all are told alike: which it was is nobody's business.
      if (!request.caller)
        return done(
          new Refusal('request/key', 'a valid key is needed', {
            hint: 'send it as "Authorization: Bearer KEY" or "X-API-Key: KEY"',
            headers: { 'www-authenticate': 'Bearer' },
          }),
        );
      if (!allows(request.caller, scope))
        return done(new Refusal('request/scope', `the key does not allow "${scope}"`));
    }
    const limit = request.caller?.rate ?? rate;
    if (limit !== undefined) {
      const wait = rates.take(request.caller?.id ?? request.ip, limit, performance.now());
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
