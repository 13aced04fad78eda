import type { Document, LineCounter } from 'yaml';

export type Severity = 'high' | 'medium' | 'low';

/** What a column, or the table, must be. A rule over rows can tell which rows break it; one over the table cannot. */
export type Rule =
  | { readonly kind: 'present' }
  | { readonly kind: 'type'; readonly is: string }
  | { readonly kind: 'unit'; readonly is: string }
  | { readonly kind: 'width'; readonly is: number }
  | { readonly kind: 'nulls'; readonly share: number }
  | { readonly kind: 'min' | 'max'; readonly is: number | string }
  | { readonly kind: 'values'; readonly is: readonly (string | number | boolean)[] }
  | { readonly kind: 'pattern'; readonly is: string }
  | { readonly kind: 'finite' }
  | { readonly kind: 'unique' }
  | { readonly kind: 'mean'; readonly min?: number; readonly max?: number }
  | { readonly kind: 'rows'; readonly min?: number; readonly max?: number }
  | { readonly kind: 'only' };

export interface Check {
  readonly rule: Rule;
  readonly severity: Severity;
  /** Columns that it is about; none for the table as a whole. */
  readonly columns: readonly string[];
}

export interface Contract {
  readonly name?: string;
  readonly checks: readonly Check[];
}

export interface ContractFault {
  readonly line: number;
  readonly message: string;
}

const severities: readonly unknown[] = ['high', 'medium', 'low'];
const types = [
  'number',
  'integer',
  'float64',
  'float32',
  'int64',
  'int32',
  'bool',
  'string',
  'date',
  'timestamp',
  'vector',
];
const topKeys = ['version', 'name', 'description', 'severity', 'rows', 'columns', 'unique', 'other_columns'];
const columnKeys = [
  'type',
  'unit',
  'width',
  'required',
  'nulls',
  'min',
  'max',
  'values',
  'pattern',
  'finite',
  'unique',
  'mean',
  'severity',
  'description',
];

/**
 * Reads a contract:
 *
 *     version: 1
 *     severity: high                       # of every rule that says nothing else: high stops, medium warns, low counts
 *     rows: { min: 100, max: 1000000 }
 *     columns:
 *       inline: { type: integer, min: 0, nulls: none }
 *       facies: { type: string, values: [shale, sand], nulls: 5% }
 *       depth: { unit: m, max: { is: 5000, severity: medium }, mean: { min: 100, max: 4000 } }
 *       trace: { type: vector, width: 101, finite: true }
 *       note: { required: false, pattern: '^[A-Z]' }
 *     unique: [[inline, crossline]]
 *     other_columns: allow                 # or fail
 *
 * Any rule can be written as `{ is: …, severity: … }`. All faults are handed back together, with their lines.
 */
export async function readContract(
  text: string,
): Promise<{ contract: Contract; faults: readonly ContractFault[] }> {
  const { LineCounter: Lines, parseDocument } = await import('yaml');
  const lines = new Lines();
  const document = parseDocument(text, { lineCounter: lines, strict: true, uniqueKeys: true });
  const reader = new Reader(document, lines);
  for (const error of document.errors)
    reader.faults.push({ line: error.linePos?.[0].line ?? 1, message: error.message.split('\n')[0]! });
  return { contract: reader.faults.length > 0 ? { checks: [] } : reader.read(), faults: reader.faults };
}

type Path = readonly (string | number)[];

class Reader {
  readonly faults: ContractFault[] = [];
  readonly #checks: Check[] = [];

  constructor(
    private readonly document: Document,
    private readonly lines: LineCounter,
  ) {}

  read(): Contract {
    const whole: unknown = this.document.toJS({ maxAliasCount: 100 });
    if (!isMap(whole)) {
      this.#fault([], 'a contract is a map with version, columns, …');
      return { checks: [] };
    }
    this.#known(whole, topKeys, []);
    if (whole['version'] !== 1)
      this.#fault(['version'], `version must be 1, found ${shown(whole['version'])}`);
    const severity = this.#severity(whole['severity'], ['severity'], 'high');
    if (whole['rows'] !== undefined) this.#range('rows', whole['rows'], ['rows'], severity, []);
    if (whole['columns'] !== undefined && !isMap(whole['columns']))
      this.#fault(['columns'], 'columns is a map by name');
    else
      for (const [name, column] of Object.entries((whole['columns'] as Map | undefined) ?? {}))
        this.#column(name, column ?? {}, severity);
    this.#keys(whole['unique'], severity);
    const others = whole['other_columns'] ?? 'allow';
    if (others === 'fail')
      this.#add({ kind: 'only' }, severity, Object.keys((whole['columns'] as Map) ?? {}));
    else if (others !== 'allow')
      this.#fault(['other_columns'], `other_columns is allow or fail, not ${shown(others)}`);
    return {
      ...(typeof whole['name'] === 'string' && { name: whole['name'] }),
      checks: this.#checks,
    };
  }

  #column(name: string, column: unknown, inherited: Severity): void {
    const path = ['columns', name];
    if (!isMap(column)) {
      this.#fault(path, `the rules of a column are a map, not ${shown(column)}`);
      return;
    }
    this.#known(column, columnKeys, path);
    const severity = this.#severity(column['severity'], [...path, 'severity'], inherited);
    if (column['required'] !== false) this.#add({ kind: 'present' }, severity, [name]);
    for (const key of columnKeys) {
      if (column[key] === undefined || ['required', 'severity', 'description'].includes(key)) continue;
      const written = column[key];
      const full = isMap(written) && 'is' in written ? written : undefined;
      const own = this.#severity(full?.['severity'], [...path, key, 'severity'], severity);
      const value = full ? full['is'] : written;
      if (key === 'mean') this.#range('mean', value, [...path, key], own, [name]);
      else {
        const rule = ruleOf(key, value);
        if (rule && 'expected' in rule)
          this.#fault([...path, key], `${key} is ${rule.expected}, not ${shown(value)}`);
        else if (rule) this.#add(rule, own, [name]);
      }
    }
  }

  #range(
    kind: 'rows' | 'mean',
    value: unknown,
    path: Path,
    severity: Severity,
    columns: readonly string[],
  ): void {
    const fits =
      isMap(value) &&
      ['min', 'max'].some((key) => key in value) &&
      ['min', 'max'].every((key) => value[key] === undefined || typeof value[key] === 'number');
    if (!fits) {
      this.#fault(path, `${kind} is { min: …, max: … }, not ${shown(value)}`);
      return;
    }
    this.#known(value, ['min', 'max', 'severity'], path);
    const own = this.#severity(value['severity'], [...path, 'severity'], severity);
    const { min, max } = value as { min?: number; max?: number };
    this.#add({ kind, ...(min !== undefined && { min }), ...(max !== undefined && { max }) }, own, columns);
  }

  #keys(value: unknown, severity: Severity): void {
    if (value === undefined) return;
    const lists = Array.isArray(value)
      ? value.map((key: unknown) => (Array.isArray(key) ? key : [key]))
      : undefined;
    if (!lists?.every((key) => key.length > 0 && key.every((name: unknown) => typeof name === 'string')))
      this.#fault(['unique'], 'unique is a list of columns, or of lists of columns that are unique together');
    else for (const key of lists) this.#add({ kind: 'unique' }, severity, key as string[]);
  }

  #add(rule: Rule, severity: Severity, columns: readonly string[]): void {
    this.#checks.push({ rule, severity, columns });
  }

  #severity(value: unknown, path: Path, inherited: Severity): Severity {
    if (value === undefined) return inherited;
    if (severities.includes(value)) return value as Severity;
    this.#fault(path, `severity is high, medium or low, not ${shown(value)}`);
    return inherited;
  }

  #known(map: Map, keys: readonly string[], path: Path): void {
    for (const key of Object.keys(map))
      if (!keys.includes(key) && !key.startsWith('x-'))
        this.#fault([...path, key], `unknown key "${key}"; known here: ${keys.join(', ')}`);
  }

  #fault(path: Path, message: string): void {
    let line = 1;
    for (let depth = path.length; depth > 0; depth--) {
      const node = this.document.getIn(path.slice(0, depth), true) as
        | { range?: [number, number, number] }
        | undefined;
      if (!node?.range) continue;
      line = this.lines.linePos(node.range[0]).line;
      break;
    }
    this.faults.push({ line, message });
  }
}

/** The rule that a key of a column states; what it takes, where the value is none; nothing, where it says false. */
function ruleOf(key: string, value: unknown): Rule | { readonly expected: string } | undefined {
  const fits = (ok: boolean, expected: string, rule: () => Rule) => (ok ? rule() : { expected });
  switch (key) {
    case 'type':
      return fits(types.includes(value as string), `one of ${types.join(', ')}`, () => ({
        kind: 'type',
        is: value as string,
      }));
    case 'unit':
      return fits(typeof value === 'string', 'a text', () => ({ kind: 'unit', is: value as string }));
    case 'width':
      return fits(Number.isInteger(value), 'a whole number', () => ({ kind: 'width', is: value as number }));
    case 'nulls': {
      const share = shareOf(value);
      return fits(share !== undefined, 'none, or a share such as 5%', () => ({
        kind: 'nulls',
        share: share!,
      }));
    }
    case 'min':
    case 'max':
      return fits(typeof value === 'number' || typeof value === 'string', 'a number or a date', () => ({
        kind: key,
        is: value as number | string,
      }));
    case 'values':
      return fits(Array.isArray(value) && value.length > 0, 'a list', () => ({
        kind: 'values',
        is: value as string[],
      }));
    case 'pattern':
      return fits(isPattern(value), 'a regular expression', () => ({ kind: 'pattern', is: value as string }));
    default:
      if (value === false) return undefined;
      return fits(value === true, 'true or false', () => ({ kind: key as 'finite' | 'unique' }));
  }
}

type Map = { readonly [key: string]: unknown };
const isMap = (value: unknown): value is Map =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const shown = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value));

/** `none`, `any`, `5%` or 0.05. */
function shareOf(value: unknown): number | undefined {
  if (value === 'none' || value === false) return 0;
  if (value === 'any') return 1;
  const percent = typeof value === 'string' ? /^(\d+(?:\.\d+)?) ?%$/.exec(value) : null;
  const share = percent ? Number(percent[1]) / 100 : value;
  return typeof share === 'number' && share >= 0 && share <= 1 ? share : undefined;
}

function isPattern(value: unknown): boolean {
  try {
    return typeof value === 'string' && Boolean(new RegExp(value, 'u'));
  } catch {
    return false;
  }
}
