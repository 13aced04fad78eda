import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { link } from 'node:fs/promises';
import { join } from 'node:path';
import type { Field } from '../../artifacts/schema.js';
import { parquetOf } from '../../export/parquet.js';
import { frameOfRows, type JsonRow } from '../../learn/cells.js';
import { errorCode, isAbsent, writeChunks } from '../../store/files.js';
import { isGone, type ProcessIdentity, thisProcess } from '../../store/process.js';

interface Header {
  readonly holder: ProcessIdentity;
  readonly fields: readonly Field[];
}

let count = 0;

/**
 * Rows of the log on their way into a file. They stand in a journal beside it, as lines of JSON, until the file has
 * its name: a server that is killed leaves them for the next one.
 */
export class HeldFile {
  readonly lines: JsonRow[] = [];
  readonly #journal: string;
  #text = '';

  constructor(
    private readonly place: string,
    private readonly fields: readonly Field[],
    journal?: string,
  ) {
    this.#journal = journal ?? join(place, `.held-${process.pid}-${Date.now()}-${++count}.jsonl`);
    if (journal === undefined) this.#text = `${JSON.stringify({ holder: thisProcess(), fields })}\n`;
  }

  /** Adds rows; they reach the journal with the next `keep`. */
  add(lines: readonly JsonRow[]): void {
    for (const line of lines) {
      this.lines.push(line);
      this.#text += `${JSON.stringify(line)}\n`;
    }
  }

  /** Puts what was added into the journal. Where the disk refuses, the rows are held in memory alone. */
  keep(): void {
    try {
      mkdirSync(this.place, { recursive: true });
      appendFileSync(this.#journal, this.#text);
    } catch {
      // told when the file itself cannot be written
    }
    this.#text = '';
  }

  /** Makes the file, under the next free name of the day; then the journal goes. */
  async write(): Promise<void> {
    const schema = { fields: this.fields };
    const frame = frameOfRows(schema, this.lines, (_row, column) => {
      throw new Error(`a value of "${column}" does not fit the log`);
    });
    const table = {
      schema,
      rows: frame.rows,
      frame: async () => frame,
      async *batches() {
        yield frame;
      },
    };
    const temporary = fileOf(this.#journal);
    rmSync(temporary, { force: true });
    try {
      await writeChunks(temporary, parquetOf(table));
      await nameNew(temporary, this.place, String(this.lines[0]!['time']).slice(0, 10));
      rmSync(this.#journal, { force: true });
    } finally {
      rmSync(temporary, { force: true });
    }
  }
}

/** What becomes the file of a journal's rows: with a second name once it has become it. */
const fileOf = (journal: string): string => journal.replace(/jsonl$/, 'parquet');

/** A link never takes a name that another server took meanwhile. */
async function nameNew(temporary: string, place: string, date: string): Promise<void> {
  for (let n = 1; ; n++)
    try {
      await link(temporary, join(place, `${date}-${n}.parquet`));
      return;
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error;
    }
}

/** Journals of a model that servers left which are gone; one whose file has its name already is only removed. */
export function leftBehind(place: string): readonly HeldFile[] {
  return namesIn(place)
    .filter((name) => /^\.held-.*\.jsonl$/.test(name))
    .flatMap((name) => {
      const journal = join(place, name);
      // The last line may be cut: what was not handed over whole is lost.
      const [first = '', ...rest] = readFileSync(journal, 'utf8').split('\n').slice(0, -1);
      const { holder, fields } = (first === '' ? {} : JSON.parse(first)) as Partial<Header>;
      if (holder && !isGone(holder)) return [];
      const hasName = (statSync(fileOf(journal), { throwIfNoEntry: false })?.nlink ?? 0) > 1;
      if (!fields || rest.length === 0 || hasName) {
        for (const path of [journal, fileOf(journal)]) rmSync(path, { force: true });
        return [];
      }
      const held = new HeldFile(place, fields, journal);
      held.lines.push(...rest.map((line) => JSON.parse(line) as JsonRow));
      return [held];
    });
}

export function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}
