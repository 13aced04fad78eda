import { InputError } from '../../errors.js';
import type { Check, Contract, Rule, Severity } from '../contract.js';
import { readContract } from '../read.js';
import { isMap, type MapOf } from '../values.js';
import { engine, severityOf, types } from './words.js';

export interface Imported {
  readonly contract: Contract;
  /** What stands in the file and could not be carried over, each in words with its place. */
  readonly lost: readonly string[];
}

/**
 * A contract from the Open Data Contract Standard, version 3. `schema` names the object where there are several. Throws
 * InputError `odcs` for what is no such contract, `schema` where the object is not clear.
 */
export async function contractOfOdcs(document: unknown, schema?: string): Promise<Imported> {
  if (!isMap(document) || document['kind'] !== 'DataContract')
    throw new InputError('odcs', 'it has no "kind: DataContract", so it is no contract of the standard');
  if (!/^v3\./.test(String(document['apiVersion'])))
    throw new InputError(
      'odcs',
      `apiVersion is ${document['apiVersion'] ?? 'not stated'}; versions 3 are read`,
    );
  const objects = listOf(document['schema']);
  const chosen = schema === undefined ? objects : objects.filter(({ name }) => name === schema);
  if (chosen.length !== 1)
    throw new InputError(
      'schema',
      objects.length === 0
        ? 'it has no schema'
        : `its schema has ${objects.map(({ name }) => name).join(', ')}: say which one`,
    );
  const reader = new Importer(document, chosen[0]!);
  return reader.read();
}

const listOf = (value: unknown): readonly MapOf[] => (Array.isArray(value) ? value.filter(isMap) : []);

const metadata = [
  'apiVersion',
  'kind',
  'id',
  'name',
  'version',
  'status',
  'description',
  'schema',
  'contractCreatedTs',
];
const ofObject = [
  'id',
  'name',
  'logicalType',
  'physicalType',
  'physicalName',
  'properties',
  'quality',
  'description',
  'businessName',
];
const ofProperty = [
  'id',
  'name',
  'logicalType',
  'logicalTypeOptions',
  'physicalType',
  'required',
  'unique',
  'quality',
  'items',
  'customProperties',
  'description',
  'businessName',
  'examples',
  'primaryKey',
  'primaryKeyPosition',
];

class Importer {
  readonly #checks: Check[] = [];
  readonly #lost: string[] = [];

  constructor(
    private readonly document: MapOf,
    private readonly object: MapOf,
  ) {}

  async read(): Promise<Imported> {
    this.#unknown(this.document, metadata, '');
    const table = String(this.object['name']);
    this.#unknown(this.object, ofObject, table);
    const properties = listOf(this.object['properties']);
    for (const property of properties) await this.#property(property);
    const primary = properties
      .filter(({ primaryKey }) => primaryKey === true)
      .sort((a, b) => Number(a['primaryKeyPosition'] ?? 0) - Number(b['primaryKeyPosition'] ?? 0))
      .map(({ name }) => String(name));
    const isUnique = properties.some((one) => one['unique'] === true && one['name'] === primary[0]);
    if (primary.length > 1 || (primary.length === 1 && !isUnique))
      this.#add({ kind: 'unique' }, 'high', primary);
    for (const quality of listOf(this.object['quality'])) await this.#quality(quality, table, undefined);
    const { description } = this.document;
    const purpose = isMap(description) ? description['purpose'] : description;
    const name = this.document['name'] ?? this.object['name'];
    return {
      contract: {
        ...(name !== undefined && { name: String(name) }),
        ...(typeof purpose === 'string' && { description: purpose }),
        checks: this.#checks,
      },
      lost: this.#lost,
    };
  }

  async #property(property: MapOf): Promise<void> {
    const name = String(property['name']);
    this.#unknown(property, ofProperty, name);
    const own = new Map(listOf(property['customProperties']).map((one) => [one['property'], one['value']]));
    const stated = own.get(`${engine}.severity`);
    const severity = (kind: Rule['kind']): Severity =>
      severityOf(isMap(stated) ? stated[kind] : undefined) ?? 'high';
    for (const key of own.keys())
      if (!String(key).startsWith(`${engine}.`)) this.#lose(`${name}.customProperties.${key}`);
    const add = (rule: Rule) => this.#add(rule, severity(rule.kind), [name]);
    if (own.get(`${engine}.required`) !== false) add({ kind: 'present' });
    this.#type(property, name, own.get(`${engine}.type`) !== false, add);
    if (property['required'] === true) add({ kind: 'nulls', share: 0 });
    if (property['unique'] === true) add({ kind: 'unique' });
    for (const quality of listOf(property['quality'])) await this.#quality(quality, name, name);
  }

  #type(property: MapOf, name: string, stated: boolean, add: (rule: Rule) => void): void {
    const { logicalType, logicalTypeOptions } = property;
    const options: { [key: string]: unknown } = isMap(logicalTypeOptions) ? { ...logicalTypeOptions } : {};
    const dated = logicalType === 'date' || logicalType === 'timestamp';
    const format = dated || logicalType === 'string' ? undefined : options['format'];
    const entries = Object.entries(types);
    const type =
      entries.find(([, is]) => is.logicalType === logicalType && is.format === format) ??
      entries.find(([, is]) => is.logicalType === logicalType && is.format === undefined);
    if (type && stated) add({ kind: 'type', is: type[0] });
    else if (!type && logicalType !== undefined) this.#lose(`${name}.logicalType: ${logicalType}`);
    if (!dated && type?.[1].format === format) delete options['format'];
    const { minimum, maximum, pattern, minItems, maxItems, ...rest } = options;
    const bound = (kind: 'min' | 'max', is: unknown) => {
      if (typeof is === 'number' || typeof is === 'string') add({ kind, is });
    };
    bound('min', minimum);
    bound('max', maximum);
    if (typeof pattern === 'string') add({ kind: 'pattern', is: pattern });
    if (typeof minItems === 'number' && minItems === maxItems) add({ kind: 'width', is: minItems });
    else if (minItems !== undefined || maxItems !== undefined)
      this.#lose(`${name}.logicalTypeOptions: a number of items that varies`);
    for (const key of Object.keys(rest)) this.#lose(`${name}.logicalTypeOptions.${key}`);
  }

  async #quality(quality: MapOf, place: string, column: string | undefined): Promise<void> {
    const severity = severityOf(quality['severity']);
    if (severity === undefined)
      this.#lose(`${place}.quality: the severity "${quality['severity']}", taken for high`);
    const rated = severity ?? 'high';
    const columns = column === undefined ? [] : [column];
    if (quality['type'] === 'custom' && quality['engine'] === engine) {
      for (const rule of await ownRules(String(quality['implementation']), column))
        this.#add(rule.rule, rated, rule.rule.kind === 'only' ? this.#names() : rule.columns);
      return;
    }
    const rule = libraryRule(quality, column);
    if (rule) this.#add(rule.rule, rated, rule.columns ?? columns);
    else {
      const what = quality['metric'] ?? quality['rule'] ?? quality['type'] ?? 'a rule';
      this.#lose(
        `${place}.quality: ${what}${quality['engine'] === undefined ? '' : ` of ${quality['engine']}`}`,
      );
    }
  }

  #names(): readonly string[] {
    return listOf(this.object['properties']).map(({ name }) => String(name));
  }

  #unknown(map: MapOf, known: readonly string[], place: string): void {
    for (const key of Object.keys(map)) if (!known.includes(key)) this.#lose(place ? `${place}.${key}` : key);
  }

  #add(rule: Rule, severity: Severity, columns: readonly string[]): void {
    this.#checks.push({ rule, severity, columns });
  }

  #lose(what: string): void {
    this.#lost.push(what);
  }
}

/** The rules of a custom rule of our own, as they are written in our contracts. */
async function ownRules(implementation: string, column: string | undefined): Promise<readonly Check[]> {
  const indented = (by: number) => implementation.trimEnd().replace(/^/gm, ' '.repeat(by));
  const text =
    column === undefined
      ? `version: 1\n${indented(0)}\n`
      : `version: 1\ncolumns:\n  ${JSON.stringify(column)}:\n    required: false\n${indented(4)}\n`;
  const { contract, faults } = await readContract(text);
  if (faults.length > 0)
    throw new InputError('odcs', `a custom rule of ${engine} is wrong: ${faults[0]!.message}`);
  return contract.checks;
}

/** A rule of the library that can be said here: counts of bad values that must be none, or nulls below a share. */
function libraryRule(
  quality: MapOf,
  column: string | undefined,
): { readonly rule: Rule; readonly columns?: readonly string[] } | undefined {
  const metric = quality['metric'] ?? quality['rule'];
  const given = isMap(quality['arguments']) ? quality['arguments'] : {};
  const none = quality['mustBe'] === 0;
  if (metric === 'rowCount' && column === undefined) {
    const range = rangeOf(quality);
    return range && { rule: { kind: 'rows', ...range } };
  }
  if (metric === 'duplicateValues' && none) {
    if (column !== undefined) return { rule: { kind: 'unique' } };
    const { properties } = given;
    return Array.isArray(properties) && properties.length > 0
      ? { rule: { kind: 'unique' }, columns: properties.map(String) }
      : undefined;
  }
  if (column === undefined) return undefined;
  if (metric === 'nullValues') {
    const most = quality['mustBeLessOrEqualTo'];
    if (none) return { rule: { kind: 'nulls', share: 0 } };
    return quality['unit'] === 'percent' && typeof most === 'number'
      ? { rule: { kind: 'nulls', share: most / 100 } }
      : undefined;
  }
  if (metric !== 'invalidValues' || !none) return undefined;
  const { validValues, pattern } = given;
  if (Array.isArray(validValues) && pattern === undefined)
    return { rule: { kind: 'values', is: validValues } };
  return typeof pattern === 'string' && validValues === undefined
    ? { rule: { kind: 'pattern', is: pattern } }
    : undefined;
}

/** Whole numbers lie strictly between as they lie from the next one on. */
function rangeOf(quality: MapOf): { min?: number; max?: number } | undefined {
  const between = quality['mustBeBetween'];
  if (Array.isArray(between) && between.length === 2)
    return { min: Number(between[0]), max: Number(between[1]) };
  const number = (key: string, add = 0) => (typeof quality[key] === 'number' ? [quality[key] + add] : []);
  const [min] = [...number('mustBeGreaterOrEqualTo'), ...number('mustBeGreaterThan', 1), ...number('mustBe')];
  const [max] = [...number('mustBeLessOrEqualTo'), ...number('mustBeLessThan', -1), ...number('mustBe')];
  if (min === undefined && max === undefined) return undefined;
  return { ...(min !== undefined && { min }), ...(max !== undefined && { max }) };
}
