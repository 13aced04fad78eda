import { openCatalog } from '#dist/engine/catalog.js';
import { type ServeRequest, serve } from '#dist/engine/serve/serve.js';
import { defaultLimits } from '#dist/engine/serve/server.js';

/** A server in this process on a free port, its log lines kept. */
export async function serving(root: string, references: string[], more: Partial<ServeRequest> = {}) {
  const lines: string[] = [];
  const server = await serve({
    project: { root, roots: ['.'] },
    name: 'test',
    catalog: openCatalog(),
    engine: '0.1.0',
    references,
    host: '127.0.0.1',
    port: 0,
    limits: defaultLimits,
    logLevel: 'info',
    out: (text) => lines.push(...text.trim().split('\n')),
    ...more,
  });
  const post = (path: string, body: unknown, headers: { [name: string]: string } = {}) =>
    fetch(`${server.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' || body instanceof Uint8Array ? (body as string) : JSON.stringify(body),
    });
  return {
    ...server,
    log: () => lines.map((line) => JSON.parse(line) as { [field: string]: unknown }),
    post,
    get: (path: string, headers: { [name: string]: string } = {}) =>
      fetch(`${server.url}${path}`, { headers }),
  };
}

export type TestServer = Awaited<ReturnType<typeof serving>>;

/** The JSON of an answer, to be looked into. */
// biome-ignore lint/suspicious/noExplicitAny: what it holds is what the tests are about
export const bodyOf = async (response: Response): Promise<any> => response.json();
