import { type Event, unreachable } from '../event.js';
import { renderProblem } from '../problem.js';
import { terminalText } from './printable.js';
import { clip, duration, type Terminal } from './terminal.js';

/**
 * Shows a run as it happens: on a terminal one line a running step that is redrawn, elsewhere one line a step that
 * ended. Progress goes to stderr; nothing here is part of the result.
 */
export class Progress {
  readonly #running = new Map<string, { since: number; note: string; share: number | undefined }>();
  #drawn = 0;
  #last = 0;
  constructor(
    private readonly stream: NodeJS.WriteStream,
    private readonly terminal: Terminal,
    private readonly source: (file: string) => string | undefined,
    private readonly said: 'everything' | 'warnings' | 'nothing' = 'everything',
  ) {}

  readonly read = (event: Event): void => {
    if (this.said === 'nothing' || (this.said === 'warnings' && event.type !== 'step.warning')) return;
    const t = this.terminal;
    const done = t.unicode ? '✓' : 'ok';
    const wrong = t.unicode ? '✗' : 'x';
    switch (event.type) {
      case 'run.started':
        this.#say(t.dim(`run ${event.run} of ${event.pipeline}`));
        break;
      case 'step.started':
        this.#running.set(event.address, { since: performance.now(), note: '', share: undefined });
        this.#draw();
        break;
      case 'step.progress': {
        const step = this.#running.get(event.address);
        if (step) {
          step.note = event.note ?? '';
          step.share = event.total > 0 ? event.done / event.total : undefined;
        }
        if (performance.now() - this.#last > 100) this.#draw();
        break;
      }
      case 'step.printed':
        this.#say(`${t.dim(`${event.address} |`)} ${event.line}`);
        break;
      case 'step.committed':
        this.#running.delete(event.address);
        this.#say(`${t.good(done)} ${event.address} ${t.dim(`${event.use}, ${duration(event.seconds)}`)}`);
        break;
      case 'step.reused':
        this.#say(`${t.dim(`= ${event.address} reused`)}`);
        break;
      case 'step.skipped':
        this.#say(t.dim(`- ${event.address} skipped: ${event.reason}`));
        break;
      case 'step.retrying':
        this.#say(t.warn(`! ${event.address} failed, again in ${duration(event.wait)}`));
        break;
      case 'step.failed':
        this.#running.delete(event.address);
        this.#say(`${t.error(wrong)} ${event.address} failed`);
        break;
      case 'step.cancelled':
        this.#running.delete(event.address);
        this.#say(`${t.warn('-')} ${event.address} cancelled`);
        break;
      case 'step.warning':
        this.#say(renderProblem(event.problem, this.source, t));
        break;
      case 'gate.decided':
        this.#say(
          `${event.passed ? t.good(done) : t.error(wrong)} gate of ${event.address}: ${event.expression}${event.passed ? '' : ' does not hold'}`,
        );
        break;
      case 'file.saved':
        if (event.kept)
          this.#say(t.warn(`! ${event.path} was changed since; the result is in ${event.kept}`));
        break;
      case 'run.finished':
        this.#erase();
        break;
      case 'step.metric':
      case 'file.read':
      case 'model.registered':
      case 'model.moved':
      case 'model.unaliased':
      case 'model.archived':
      case 'model.refused':
      case 'model.exported':
      case 'model.imported':
      case 'key.created':
      case 'key.revoked':
      case 'log.exported':
      case 'run.shared':
      case 'result.exported':
      case 'store.cleaned':
        break;
      default:
        unreachable(event);
    }
  };

  #say(line: string): void {
    this.#erase();
    this.stream.write(`${terminalText(line)}\n`);
    this.#draw();
  }

  #erase(): void {
    if (this.#drawn === 0) return;
    this.stream.write(`\x1b[${this.#drawn}A\x1b[0J`);
    this.#drawn = 0;
  }

  #draw(): void {
    if (!this.terminal.interactive) return;
    this.#last = performance.now();
    this.#erase();
    for (const [address, { since, note, share }] of this.#running) {
      const bar = share === undefined ? '' : `${this.#bar(share)} `;
      const time = duration((performance.now() - since) / 1000);
      this.stream.write(
        `${clip(terminalText(`  ${bar}${address} ${time} ${note}`), this.terminal.columns - 1)}\n`,
      );
      this.#drawn++;
    }
  }

  #bar(share: number): string {
    const width = 16;
    const full = Math.round(Math.min(1, Math.max(0, share)) * width);
    return this.terminal.unicode
      ? `${'█'.repeat(full)}${'░'.repeat(width - full)}`
      : `[${'#'.repeat(full)}${'.'.repeat(width - full)}]`;
  }
}
