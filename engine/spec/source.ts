import {
  type Alias,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  parseDocument,
  type Scalar as YamlScalar,
} from 'yaml';
import { type Place, type Problem, problem } from '../problem.js';
import { decode } from './decode.js';
import type { Entry, MapNode, Node } from './node.js';
import { commaInBraces, cutExpression, explain, mergeMarks, tooDeep, windowsPath } from './traps.js';

/** Nodes of the tree with aliases unfolded, and its depth: past these a file is an attack or an accident. */
const MAX_NODES = 500_000;
const MAX_DEPTH = 100;

const lost: ReadonlySet<string> = new Set(['yaml/syntax', 'yaml/too-large', 'yaml/unquoted-expression']);

export interface Source {
  readonly file: string;
  /** Decoded, without byte-order mark: what places refer to. */
  readonly text: string;
  /** Absent where the text is not YAML, or empty. */
  readonly root?: Node;
  readonly problems: readonly Problem[];
}

/** Text of a YAML file as a tree with places, and everything that is wrong with the text itself. */
export function readSource(file: string, input: Uint8Array | string): Source {
  const bytes = typeof input === 'string' ? new TextEncoder().encode(input) : input;
  const { text, problems } = decode(file, bytes);
  const places = new Places(file, text);
  if (problems.some((p) => p.severity === 'error')) return { file, text, problems };
  const early = [...mergeMarks(text, places), ...tooDeep(text, places)];
  if (early.length > 0) return { file, text, problems: [...problems, ...early] };
  // The failsafe schema leaves every scalar the text that it is: fields decide.
  const document = parseDocument(text, {
    schema: 'failsafe',
    uniqueKeys: false,
    merge: false,
    prettyErrors: false,
    logLevel: 'error',
  });
  const errors = [...document.errors, ...document.warnings];
  problems.push(...explain(errors, text, places));
  if (document.errors.length > 0) return { file, text, problems };
  const builder = new Builder(text, places, problems);
  const root = document.contents === null ? undefined : builder.build(document.contents, 0);
  // A part that could not be read would be reported again as missing.
  if (problems.some((p) => lost.has(p.code))) return { file, text, problems };
  return { file, text, ...(root && { root }), problems };
}

/** Offsets into a text as places. */
export class Places {
  readonly #starts: number[] = [0];
  constructor(
    readonly file: string,
    readonly text: string,
  ) {
    for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) this.#starts.push(i + 1);
  }

  /** text[start, end) as far as it stands on the line of `start`. */
  at(start: number, end: number): Place {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#starts[middle]! <= start) low = middle;
      else high = middle - 1;
    }
    let stop = (this.#starts[low + 1] ?? this.text.length + 1) - 1;
    if (this.text[stop - 1] === '\r') stop--;
    const length = Math.max(0, Math.min(end, stop) - start);
    return { file: this.file, line: low + 1, col: start - this.#starts[low]! + 1, length };
  }
}

/** The library's tree as ours: aliases followed, merge keys merged, doubles found, sizes bounded. */
class Builder {
  #nodes = 0;
  readonly #anchors = new Map<string, { node?: Node; size: number }>();

  constructor(
    private readonly text: string,
    private readonly places: Places,
    private readonly problems: Problem[],
  ) {}

  build(value: unknown, depth: number): Node | undefined {
    if (++this.#nodes > MAX_NODES || depth > MAX_DEPTH) {
      const what =
        depth > MAX_DEPTH ? `nested more than ${MAX_DEPTH} deep` : 'too large with its aliases unfolded';
      if (!this.problems.some((p) => p.code === 'yaml/too-large'))
        this.problems.push(problem('yaml/too-large', `the text is ${what}`, { at: this.#at(value) }));
      return undefined;
    }
    if (isAlias(value)) return this.#alias(value);
    const anchor = (value as { anchor?: string }).anchor;
    const slot: { node?: Node; size: number } = { size: this.#nodes };
    if (anchor) this.#anchors.set(anchor, slot);
    const node = this.#plain(value, depth);
    if (anchor && node) {
      slot.node = node;
      slot.size = this.#nodes - slot.size + 1;
    }
    return node;
  }

  #plain(value: unknown, depth: number): Node | undefined {
    const at = this.#at(value);
    if (isMap(value)) {
      const entries = this.#entries(value.items, value.flow === true, depth);
      return { kind: 'map', entries, at };
    }
    if (isSeq(value)) {
      const items = value.items.map((item) => {
        // `[a: 1]` is a map of one key.
        if (isPair(item)) return { kind: 'map', at, entries: this.#entries([item], false, depth) } as MapNode;
        return this.build(item, depth + 1);
      });
      return { kind: 'list', items: items.filter((item) => item !== undefined), at };
    }
    return this.#scalar(value as YamlScalar, at);
  }

  #scalar(value: YamlScalar, at: Place): Node {
    const [start, end] = value.range ?? [0, 0];
    const source = this.text.slice(start, end);
    const style = ({ QUOTE_DOUBLE: 'double', QUOTE_SINGLE: 'single', PLAIN: 'plain' } as const)[
      value.type as 'PLAIN'
    ];
    const node: Node = {
      kind: 'scalar',
      text: String(value.value ?? ''),
      style: style ?? 'block',
      at,
      source,
    };
    const problems = [cutExpression(node, this.text, end, this.places), windowsPath(node)];
    this.problems.push(...problems.filter((p) => p !== undefined));
    return node;
  }

  #entries(items: readonly unknown[], flow: boolean, depth: number): Entry[] {
    const entries: Entry[] = [];
    const merged: Entry[] = [];
    const seen = new Map<string, Place>();
    for (const item of items) {
      if (!isPair(item)) continue;
      const key = this.#key(item.key);
      if (!key) continue;
      const written = item.value ?? undefined;
      const value = written === undefined ? this.#nothing(key.keyAt) : this.build(written, depth + 1);
      if (!value) continue;
      if (key.key === '<<') {
        merged.push(...this.#mergeable(value));
        continue;
      }
      const before = seen.get(key.key);
      if (before) {
        const message = `the key "${key.key}" stands twice in this map`;
        const related = [{ message: 'first here', at: before }];
        const hint = 'delete one of them, or give it another name';
        this.problems.push(problem('yaml/duplicate-key', message, { at: key.keyAt, related, hint }));
        continue;
      }
      seen.set(key.key, key.keyAt);
      const before_ = entries.at(-1);
      const comma = flow && written === undefined ? commaInBraces(key, before_) : undefined;
      if (comma) {
        this.problems.push(comma.problem);
        entries[entries.length - 1] = { ...before_!, value: comma.meant };
      } else entries.push({ ...key, value });
    }
    return [...entries, ...merged.filter((entry) => !seen.has(entry.key))];
  }

  #mergeable(value: Node): readonly Entry[] {
    if (value.kind === 'map') return value.entries;
    if (value.kind === 'list') return value.items.flatMap((item) => this.#mergeable(item));
    const message = '"<<" takes a map from elsewhere in the file, as *name';
    this.problems.push(problem('yaml/syntax', message, { at: value.at }));
    return [];
  }

  #key(key: unknown): Pick<Entry, 'key' | 'keyAt'> | undefined {
    const node = isAlias(key) ? this.#alias(key) : undefined;
    const keyAt = this.#at(key);
    if (node?.kind === 'scalar') return { key: node.text, keyAt };
    if (isScalar(key)) return { key: String(key.value ?? ''), keyAt };
    const hint = this.text.slice(0, this.#offset(key)).endsWith('{')
      ? 'text with braces needs quotes: "${{ … }}"'
      : 'a key is a word';
    this.problems.push(problem('yaml/syntax', 'a key that is a list or a map', { at: keyAt, hint }));
    return undefined;
  }

  #alias(alias: Alias): Node | undefined {
    const target = this.#anchors.get(alias.source);
    const at = this.#at(alias);
    if (target?.node) {
      this.#nodes += target.size;
      if (this.#nodes > MAX_NODES) return this.build(alias, 0);
      return target.node;
    }
    const message = target
      ? `*${alias.source} stands inside what it names`
      : `*${alias.source} names nothing above it`;
    const hint = `a value that begins with * needs quotes: "*${alias.source}"`;
    this.problems.push(problem('yaml/syntax', message, { at, hint }));
    return undefined;
  }

  #nothing(at: Place): Node {
    return {
      kind: 'scalar',
      text: '',
      style: 'plain',
      source: '',
      at: { ...at, col: at.col + at.length, length: 0 },
    };
  }

  #offset(value: unknown): number {
    return (value as { range?: [number, number, number] } | null)?.range?.[0] ?? 0;
  }

  #at(value: unknown): Place {
    const range = (value as { range?: [number, number, number] } | null)?.range ?? [0, 0, 0];
    return this.places.at(range[0], range[1]);
  }
}
