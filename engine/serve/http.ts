import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import { ProblemError } from '../problem.js';
import type { Log } from './log.js';
import { Refusal, refusalOf } from './refusal.js';
import { BINARY_HEADER, BinaryBody } from './tensor-bytes.js';

export const JSON_TYPE = 'application/json; charset=utf-8';

/** On every answer: nothing of it is kept, framed, guessed at or run. */
const headers = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;

export interface HttpLimits {
  /** Largest body in bytes. */
  readonly body: number;
  /** Seconds in which a whole request must have arrived. */
  readonly seconds: number;
}

/**
 * A Fastify without routes that keeps the house rules: ids, headers, limits, and errors that tell what the client did
 * wrong but nothing of what went on inside.
 */
export function createHttp(limits: HttpLimits, log: Log): FastifyInstance {
  const app = fastify({
    bodyLimit: limits.body,
    requestTimeout: limits.seconds * 1000,
    keepAliveTimeout: 65_000,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    genReqId: requestIds(),
    http: {
      headersTimeout: Math.min(10, limits.seconds) * 1000,
      connectionsCheckingInterval: 500,
      maxHeaderSize: 16_384,
    },
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 200 },
    frameworkErrors: (_error, request, reply) =>
      answer(request, reply, new Refusal('request/not-found', 'the address cannot be read')),
    clientErrorHandler: refuseConnection,
  });
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(headers).header('x-request-id', request.id);
    done();
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, text, done) => {
    try {
      done(null, readJson(text as string));
    } catch (error) {
      done(error as Error);
    }
  });
  // Some clients of the Open Inference Protocol send JSON without saying so, and bytes behind it.
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (request, body, done) => {
    try {
      const { [BINARY_HEADER]: length, 'content-type': type } = request.headers;
      if (length !== undefined) return done(null, readBinary(body as Buffer, String(length)));
      if (type !== undefined) throw notTaken();
      done(null, readJson(body.toString()));
    } catch (error) {
      done(error as Error);
    }
  });
  app.setNotFoundHandler((request, reply) =>
    answer(request, reply, new Refusal('request/not-found', 'there is nothing at this address')),
  );
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const refusal = asRefusal(error, limits);
    if (refusal.status >= 500 && refusal.code === 'run/internal')
      log.write('error', 'internal error', { request_id: request.id, error: error.stack ?? String(error) });
    answer(request, reply, refusal);
  });
  return app;
}

function answer(request: FastifyRequest, reply: FastifyReply, refusal: Refusal): void {
  reply
    .code(refusal.status)
    .headers({ ...headers, ...refusal.headers })
    .header('x-request-id', request.id)
    .type(JSON_TYPE)
    .send(refusal.body(request.id));
}

/** The client's own id where it sent one of harmless letters, else one of ours. */
function requestIds() {
  const prefix = randomBytes(6).toString('hex');
  let count = 0;
  return (request: { headers: { [name: string]: unknown } }): string => {
    const given = request.headers['x-request-id'];
    return typeof given === 'string' && /^[\w.:-]{1,128}$/.test(given)
      ? given
      : `${prefix}-${(++count).toString(36)}`;
  };
}

export function readJson(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    const hint = /[:,[]\s*(NaN|[-+]?Infinity|nan)\b/.test(text)
      ? 'JSON knows neither NaN nor Infinity: send null for a missing value'
      : undefined;
    throw new Refusal('request/json', 'the body is not JSON', { hint });
  }
}

function readBinary(body: Buffer, length: string): BinaryBody {
  const size = /^\d{1,15}$/.test(length) ? Number(length) : Number.POSITIVE_INFINITY;
  if (size > body.length)
    throw new Refusal('request/shape', `${BINARY_HEADER} does not say where in the body its JSON ends`);
  return new BinaryBody(readJson(body.toString('utf8', 0, size)), body.subarray(size));
}

const notTaken = () =>
  new Refusal('request/media', 'the content type is not taken', {
    hint: 'send JSON with content-type: application/json',
  });

function asRefusal(error: FastifyError, limits: HttpLimits): Refusal {
  if (error instanceof Refusal) return error;
  if ((error as Error) instanceof ProblemError)
    return refusalOf(error as unknown as ProblemError, 'request/values');
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new Refusal('request/too-large', `the body is larger than ${limits.body} bytes`);
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return notTaken();
    default:
      return error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500
        ? new Refusal('request/refused', 'the request cannot be read')
        : new Refusal(
            'run/internal',
            'an error of the server; its log tells more under the id of this request',
          );
  }
}

/** Faults below HTTP: there is no request yet, only a connection. */
function refuseConnection(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const refusal =
    error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
      ? new Refusal('request/slow', 'the request took too long to arrive')
      : error.code === 'HPE_HEADER_OVERFLOW'
        ? new Refusal('request/headers', 'the headers are too large')
        : new Refusal('request/refused', 'this is no HTTP request');
  const body = refusal.body('');
  if (socket.writable)
    socket.write(
      `HTTP/1.1 ${refusal.status} Refused\r\nContent-Length: ${Buffer.byteLength(body)}\r\nContent-Type: ${JSON_TYPE}\r\nConnection: close\r\n\r\n${body}`,
    );
  socket.destroySoon();
}
