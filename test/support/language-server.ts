import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folders = ['node_modules', '.peers/node/node_modules'];

/** Program of the YAML language server that editors use, where it is installed. */
export const languageServer = folders
  .map((folder) => join(root, folder, 'yaml-language-server/bin/yaml-language-server'))
  .find((path) => existsSync(path));

type Message = { id?: number; method?: string; params?: unknown; result?: unknown; error?: unknown };

/** A client of a language server over its standard streams: requests, and the diagnostics that it sends. */
export class LanguageClient {
  readonly #process: ChildProcessByStdio<Writable, Readable, null>;
  readonly #waiting = new Map<number, (result: unknown) => void>();
  readonly #diagnostics = new Map<string, (list: readonly { message: string; range: unknown }[]) => void>();
  #buffer = Buffer.alloc(0);
  #next = 0;

  constructor(program: string) {
    this.#process = spawn(process.execPath, [program, '--stdio'], { stdio: ['pipe', 'pipe', 'ignore'] });
    this.#process.stdout.on('data', (bytes: Buffer) => this.#read(bytes));
  }

  async start(): Promise<void> {
    const capabilities = {
      textDocument: {
        completion: { completionItem: { snippetSupport: false } },
        hover: { contentFormat: ['markdown'] },
      },
      workspace: { configuration: true },
    };
    await this.request('initialize', { processId: process.pid, rootUri: null, capabilities });
    this.#send({ method: 'initialized', params: {} });
  }

  request(method: string, params: unknown): Promise<unknown> {
    const id = ++this.#next;
    this.#send({ id, method, params });
    return new Promise((resolve) => this.#waiting.set(id, resolve));
  }

  /** Opens a text; gives what the server finds wrong with it. */
  open(uri: string, text: string): Promise<readonly { message: string; range: unknown }[]> {
    const found = new Promise<readonly { message: string; range: unknown }[]>((resolve) =>
      this.#diagnostics.set(uri, resolve),
    );
    const textDocument = { uri, languageId: 'yaml', version: 1, text };
    this.#send({ method: 'textDocument/didOpen', params: { textDocument } });
    return found;
  }

  stop(): void {
    this.#process.kill();
  }

  #send(message: Message): void {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message });
    this.#process.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  }

  #read(bytes: Buffer): void {
    this.#buffer = Buffer.concat([this.#buffer, bytes]);
    for (;;) {
      const end = this.#buffer.indexOf('\r\n\r\n');
      if (end < 0) return;
      const length = Number(/Content-Length: (\d+)/i.exec(this.#buffer.subarray(0, end).toString())![1]);
      if (this.#buffer.length < end + 4 + length) return;
      const body = this.#buffer.subarray(end + 4, end + 4 + length).toString();
      this.#buffer = this.#buffer.subarray(end + 4 + length);
      this.#handle(JSON.parse(body) as Message);
    }
  }

  #handle({ id, method, params, result }: Message): void {
    if (method === undefined) this.#waiting.get(id!)?.(result);
    else if (method === 'workspace/configuration') {
      const { items } = params as { items: readonly { section: string }[] };
      const settings = {
        yaml: { validate: true, completion: true, hover: true, schemaStore: { enable: false } },
      };
      this.#send({
        id: id!,
        result: items.map(({ section }) => (settings as Record<string, unknown>)[section] ?? null),
      });
    } else if (method === 'textDocument/publishDiagnostics') {
      const { uri, diagnostics } = params as {
        uri: string;
        diagnostics: readonly { message: string; range: unknown }[];
      };
      this.#diagnostics.get(uri)?.(diagnostics);
    } else if (id !== undefined) this.#send({ id, result: null });
  }
}
