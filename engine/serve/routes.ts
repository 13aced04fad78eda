import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import type { Scope } from '../access/keys.js';
import { Refusal } from './refusal.js';

type Handler = (request: FastifyRequest, reply: FastifyReply) => unknown;

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** Routes with the scope that each asks for; any other method on their addresses is refused as such. */
export class Routes {
  readonly #taken = new Map<string, Set<string>>();

  constructor(private readonly app: FastifyInstance) {}

  /** Without a scope the address is open to all; `model` is the one that a key must be good for. */
  add(
    method: 'GET' | 'POST' | 'DELETE',
    url: string,
    scope: Scope | 'any' | undefined,
    handler: Handler,
    model?: string,
  ): void {
    this.app.route({ method, url, handler, config: { ...(scope && { scope }), ...(model && { model }) } });
    const taken = this.#taken.get(url) ?? new Set();
    this.#taken.set(url, taken.add(method));
  }

  /** Call when all are added. */
  close(): void {
    for (const [url, taken] of this.#taken) {
      const allow = [...taken].join(', ');
      const others = methods.filter((method) => !taken.has(method)) as HTTPMethods[];
      this.app.route({
        method: others,
        url,
        // Bodies of such requests are nobody's: they are refused before one is read.
        onRequest: (_request, _reply, done) =>
          done(new Refusal('request/method', `this address takes ${allow}`, { headers: { allow } })),
        handler: () => undefined,
      });
    }
  }
}
