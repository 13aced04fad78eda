import type { Check, Contract, ContractFault, Range, Rule, Severity } from './contract.js';
import { type Path, Reading } from './reading.js';
import { plainKeys, ruleOf } from './rule-values.js';
import { isMap, shareOf, shiftOf, shown } from './values.js';

const topKeys = [
  'version',
  'name',
  'description',
  'severity',
  'rows',
  'drift',
  'columns',
  'unique',
  'other_columns',
];
const rangeKeys = ['mean', 'sd', 'balance', 'distinct'] as const;
const columnKeys = [
  'required',
  ...plainKeys,
  ...rangeKeys,
  'quantiles',
  'shares',
  'drift',
  'severity',
  'description',
] as const;

/**
 * Reads a contract:
 *
 *     version: 1
 *     severity: high                       # of every rule that says nothing else: high stops, medium warns, low counts
 *     rows: { min: 100, max: 1000000 }
 *     columns:
 *       inline: { type: integer, min: 0, nulls: none, distinct: { min: 50 } }
 *       facies: { values: [shale, sand], nulls: 5%, shares: { sand: { min: 10%, max: 60% } }, balance: { min: 0.5 } }
 *       depth: { unit: m, max: { is: 5000, severity: medium }, mean: { min: 100, max: 4000 }, sd: { min: 1 } }
 *       gr: { quantiles: { 5%: { min: 0 }, 95%: { max: 180, severity: low } } }
 *       logged: { type: date, freshness: 30 days }
 *       trace: { type: vector, width: 101, finite: true, drift: { mean: 100 } }   # against the last run that passed
 *       note: { required: false, pattern: '^[A-Z]' }
 *     drift: { rows: 20% }
 *     unique: [[inline, crossline]]
 *     other_columns: allow                 # or fail
 *
 * Any rule of one value can be written as `{ is: …, severity: … }`. All faults are handed back together, with their lines.
 */
export async function readContract(
  text: string,
): Promise<{ contract: Contract; faults: readonly ContractFault[] }> {
  const { LineCounter, parseDocument } = await import('yaml');
  const lines = new LineCounter();
  const reading = new Reading(
    parseDocument(text, { lineCounter: lines, strict: true, uniqueKeys: true }),
    lines,
  );
  const { faults } = reading;
  return { contract: faults.length > 0 ? { checks: [] } : new ContractReader(reading).read(), faults };
}

class ContractReader {
  readonly #checks: Check[] = [];

  constructor(private readonly reading: Reading) {}

  read(): Contract {
    const { reading } = this;
    const whole = reading.whole();
    if (!isMap(whole)) {
      reading.fault([], 'a contract is a map with version, columns, …');
      return { checks: [] };
    }
    reading.known(whole, topKeys, []);
    if (whole['version'] !== 1)
      reading.fault(['version'], `version must be 1, found ${shown(whole['version'])}`);
    const severity = reading.severity(whole['severity'], ['severity'], 'high');
    if (whole['rows'] !== undefined)
      this.#range(whole['rows'], ['rows'], severity, [], (range) => ({ kind: 'rows', ...range }));
    this.#drift(whole['drift'], ['drift'], severity, []);
    const columns = whole['columns'] ?? {};
    if (!isMap(columns)) reading.fault(['columns'], 'columns is a map by name');
    else for (const [name, column] of Object.entries(columns)) this.#column(name, column ?? {}, severity);
    this.#keys(whole['unique'], severity);
    const others = whole['other_columns'] ?? 'allow';
    if (others === 'fail') this.#add({ kind: 'only' }, severity, isMap(columns) ? Object.keys(columns) : []);
    else if (others !== 'allow')
      reading.fault(['other_columns'], `other_columns is allow or fail, not ${shown(others)}`);
    const text = (key: 'name' | 'description') =>
      typeof whole[key] === 'string' ? { [key]: whole[key] } : {};
    return { ...text('name'), ...text('description'), checks: this.#checks };
  }

  #column(name: string, column: unknown, inherited: Severity): void {
    const { reading } = this;
    const path = ['columns', name];
    if (!isMap(column)) {
      reading.fault(path, `the rules of a column are a map, not ${shown(column)}`);
      return;
    }
    reading.known(column, columnKeys, path);
    const severity = reading.severity(column['severity'], [...path, 'severity'], inherited);
    if (column['required'] !== false) this.#add({ kind: 'present' }, severity, [name]);
    for (const key of plainKeys)
      if (column[key] !== undefined) this.#plain(key, column[key], [...path, key], severity, name);
    for (const key of rangeKeys)
      if (column[key] !== undefined)
        this.#range(column[key], [...path, key], severity, [name], (range) => ({ kind: key, ...range }));
    this.#each(column['quantiles'], [...path, 'quantiles'], (at, value, where) => {
      const share = shareOf(/%$/.test(at) ? at : Number(at));
      if (share === undefined) reading.fault(where, `a quantile is a share such as 5%, not ${shown(at)}`);
      else
        this.#range(value, where, severity, [name], (range) => ({ kind: 'quantile', at: share, ...range }));
    });
    this.#drift(column['drift'], [...path, 'drift'], severity, [name]);
    this.#each(column['shares'], [...path, 'shares'], (of, value, where) =>
      this.#range(value, where, severity, [name], (range) => ({ kind: 'share', of, ...range }), shareOf),
    );
  }

  /** What may change from run to run: of the table the rows, of a column the shares of its classes and its mean. */
  #drift(value: unknown, path: Path, inherited: Severity, columns: readonly string[]): void {
    if (value === undefined) return;
    const { reading } = this;
    const kinds = columns.length > 0 ? (['shares', 'mean'] as const) : (['rows'] as const);
    if (!isMap(value) || !kinds.some((of) => value[of] !== undefined)) {
      reading.fault(path, `drift says how much may change of ${kinds.join(' or ')}, not ${shown(value)}`);
      return;
    }
    reading.known(value, [...kinds, ...(columns.length > 0 ? ['beyond_chance'] : []), 'severity'], path);
    const severity = reading.severity(value['severity'], [...path, 'severity'], inherited);
    const chance = value['beyond_chance'] === undefined ? 1 : shareOf(value['beyond_chance']);
    if (chance === undefined)
      reading.fault([...path, 'beyond_chance'], 'beyond_chance is a share such as 1%');
    for (const of of kinds) {
      if (value[of] === undefined) continue;
      const shift = shiftOf(value[of]);
      const fits =
        shift && (of === 'mean' || shift.per === 'before' || (shift.per === 'own' && shift.by <= 1));
      if (!fits)
        reading.fault(
          [...path, of],
          `drift of ${of} is ${of === 'mean' ? 'a number, a share such as 5%, or 0.5 sd' : 'a share such as 20%'}, not ${shown(value[of])}`,
        );
      else
        this.#add(
          {
            kind: 'drift',
            of,
            by: shift.by,
            per: of === 'mean' ? shift.per : of === 'rows' ? 'before' : 'own',
            ...(chance !== undefined && chance < 1 && { chance }),
          },
          severity,
          columns,
        );
    }
  }

  /** A rule of one value, which may stand as `{ is: …, severity: … }`. */
  #plain(key: (typeof plainKeys)[number], written: unknown, path: Path, inherited: Severity, name: string) {
    const full = isMap(written) && 'is' in written ? written : undefined;
    if (full) this.reading.known(full, ['is', 'severity'], path);
    const severity = this.reading.severity(full?.['severity'], [...path, 'severity'], inherited);
    const value = full ? full['is'] : written;
    const rule = ruleOf(key, value);
    if (rule && 'expected' in rule)
      this.reading.fault(path, `${key} is ${rule.expected}, not ${shown(value)}`);
    else if (rule) this.#add(rule, severity, [name]);
  }

  #each(map: unknown, path: Path, one: (key: string, value: unknown, path: Path) => void): void {
    if (map === undefined) return;
    if (!isMap(map) || Object.keys(map).length === 0)
      this.reading.fault(path, `${path.at(-1)} is a map of { min: …, max: … }, not ${shown(map)}`);
    else for (const [key, value] of Object.entries(map)) one(key, value, [...path, key]);
  }

  #range(
    value: unknown,
    path: Path,
    inherited: Severity,
    columns: readonly string[],
    rule: (range: Range) => Rule,
    number?: (value: unknown) => number | undefined,
  ): void {
    const found = this.reading.range(value, path, inherited, number);
    if (found) this.#add(rule(found.range), found.severity, columns);
  }

  #keys(value: unknown, severity: Severity): void {
    if (value === undefined) return;
    const lists = Array.isArray(value)
      ? value.map((key: unknown) => (Array.isArray(key) ? key : [key]))
      : undefined;
    if (!lists?.every((key) => key.length > 0 && key.every((name: unknown) => typeof name === 'string')))
      this.reading.fault(
        ['unique'],
        'unique is a list of columns, or of lists of columns that are unique together',
      );
    else for (const key of lists) this.#add({ kind: 'unique' }, severity, key as string[]);
  }

  #add(rule: Rule, severity: Severity, columns: readonly string[]): void {
    this.#checks.push({ rule, severity, columns });
  }
}
