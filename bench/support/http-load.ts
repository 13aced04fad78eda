import { connect, type Socket } from 'node:net';

export interface Load {
  /** Answers a second. */
  readonly rate: number;
  /** Milliseconds from request to the last byte of its answer. */
  readonly p50: number;
  readonly p99: number;
  readonly failed: number;
}

/**
 * Posts one body again and again over `connections` kept open, each with one request at a time, for `seconds` after a
 * second of warming up. A client of few instructions, so that what is measured is the server.
 */
export async function load(
  url: string,
  body: string,
  { connections, seconds }: { connections: number; seconds: number },
): Promise<Load> {
  const { hostname, port, pathname } = new URL(url);
  const request = Buffer.from(
    `POST ${pathname} HTTP/1.1\r\nHost: ${hostname}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
  const times: number[] = [];
  let failed = 0;
  const begin = performance.now() + 1000;
  const end = begin + seconds * 1000;
  const one = () =>
    new Promise<void>((resolve, reject) => {
      const socket: Socket = connect(Number(port), hostname);
      let sent = 0;
      let held: Buffer = Buffer.alloc(0);
      const ask = () => {
        sent = performance.now();
        if (sent >= end) {
          socket.destroy();
          return resolve();
        }
        socket.write(request);
      };
      socket.setNoDelay(true);
      socket.on('connect', ask);
      socket.on('error', reject);
      socket.on('data', (data) => {
        held = held.length === 0 ? data : Buffer.concat([held, data]);
        const head = held.indexOf('\r\n\r\n');
        if (head < 0) return;
        const text = held.toString('latin1', 0, head);
        const length = Number(/content-length: (\d+)/i.exec(text)?.[1]);
        if (held.length < head + 4 + length) return;
        const now = performance.now();
        if (sent >= begin && now < end) {
          times.push(now - sent);
          if (!text.startsWith('HTTP/1.1 200')) failed++;
        }
        held = Buffer.alloc(0);
        ask();
      });
    });
  await Promise.all(Array.from({ length: connections }, one));
  times.sort((a, b) => a - b);
  const at = (share: number) =>
    times[Math.min(times.length - 1, Math.floor(share * times.length))] ?? Number.NaN;
  return { rate: times.length / seconds, p50: at(0.5), p99: at(0.99), failed };
}
