import type { Check, Contract, Range, Rule, Severity } from '../contract.js';
import { checkText } from '../report.js';
import type { MapOf } from '../values.js';
import { fragmentOf } from '../write.js';
import { apiVersion, engine, severityWords, types } from './words.js';

type Writable = { [key: string]: unknown };

export interface Exported {
  /** Plain data, to be written as YAML. */
  readonly document: MapOf;
  /** Rules that the standard has no words for: they travel as custom rules that only this engine understands. */
  readonly custom: readonly string[];
}

/**
 * A contract in the Open Data Contract Standard 3.1 (https://bitol-io.github.io/open-data-contract-standard): columns
 * as properties of one schema object, with logical types and their options, `required`, `unique`, and quality rules of
 * the library (`nullValues`, `invalidValues`, `duplicateValues`, `rowCount`).
 */
export function odcsOf(
  contract: Contract,
  { name, version = '1.0.0', yaml }: { name: string; version?: string; yaml(value: unknown): string },
): Exported {
  const custom: string[] = [];
  const asCustom = ({ rule, severity, columns }: Check) => {
    custom.push(checkText({ rule, severity, columns }));
    return {
      type: 'custom',
      engine,
      implementation: yaml(fragmentOf(rule, 'high', 'high')),
      description: checkText({ rule, severity, columns }),
      severity: severityWords[severity],
    };
  };
  const names = [...new Set(contract.checks.flatMap(({ columns }) => columns))];
  const of = (column: string) =>
    contract.checks.filter(
      ({ rule, columns }) => columns.length === 1 && columns[0] === column && rule.kind !== 'only',
    );
  const properties = names.map((column) => propertyOf(column, of(column), asCustom));
  const quality = contract.checks
    .filter(({ rule, columns }) => columns.length === 0 || rule.kind === 'only' || columns.length > 1)
    .map((check) => tableQuality(check) ?? asCustom(check));
  const document = {
    apiVersion,
    kind: 'DataContract',
    id: name,
    name: contract.name ?? name,
    version,
    status: 'active',
    ...(contract.description !== undefined && { description: { purpose: contract.description } }),
    schema: [
      {
        name,
        logicalType: 'object',
        physicalType: 'table',
        properties,
        ...(quality.length > 0 && { quality }),
      },
    ],
  };
  return { document, custom };
}

/** Rules that stand as properties of a column, whose severity the standard does not state. */
const structural: ReadonlySet<Rule['kind']> = new Set([
  'present',
  'type',
  'width',
  'min',
  'max',
  'pattern',
  'unique',
  'nulls',
]);

function propertyOf(name: string, checks: readonly Check[], asCustom: (check: Check) => MapOf): MapOf {
  const options: Writable = {};
  const property: Writable = { name };
  const severities: { [kind: string]: Severity } = {};
  const quality: MapOf[] = [];
  const type = checks.find(({ rule }) => rule.kind === 'type')?.rule as { is: string } | undefined;
  // Readers of the standard want a type; one that is no rule here is marked as a guess.
  const logical = type ? types[type.is]! : { logicalType: guessedType(checks) };
  property['logicalType'] = logical.logicalType;
  if (type) {
    if (logical.format) options['format'] = logical.format;
    if (type.is === 'vector')
      property['items'] = { logicalType: 'number', logicalTypeOptions: { format: 'f32' } };
  }
  for (const check of checks) {
    if (put(check.rule, property, options, logical.logicalType)) {
      if (check.severity !== 'high') severities[check.rule.kind] = check.severity;
    } else quality.push(columnQuality(check) ?? asCustom(check));
  }
  if (Object.keys(options).length > 0) property['logicalTypeOptions'] = options;
  const extra = [
    ...(checks.some(({ rule }) => rule.kind === 'present')
      ? []
      : [{ property: `${engine}.required`, value: false }]),
    ...(type ? [] : [{ property: `${engine}.type`, value: false }]),
    ...(Object.keys(severities).length > 0 ? [{ property: `${engine}.severity`, value: severities }] : []),
  ];
  if (extra.length > 0) property['customProperties'] = extra;
  if (quality.length > 0) property['quality'] = quality;
  return property;
}

/** What the other rules of a column make of it: numbers have limits and means, all else is text. */
const guessedType = (checks: readonly Check[]): string =>
  checks.some(
    ({ rule }) =>
      ['finite', 'mean', 'sd', 'quantile'].includes(rule.kind) ||
      ((rule.kind === 'min' || rule.kind === 'max') && typeof rule.is === 'number'),
  )
    ? 'number'
    : 'string';

/** Whether a rule could be said by the property itself. */
function put(rule: Rule, property: Writable, options: Writable, logical: string): boolean {
  if (!structural.has(rule.kind)) return false;
  const dated = logical === 'date' || logical === 'timestamp';
  switch (rule.kind) {
    case 'present':
    case 'type':
      return true;
    case 'nulls':
      if (rule.share === 0) property['required'] = true;
      return rule.share === 0;
    case 'unique':
      property['unique'] = true;
      return true;
    case 'width':
      if (logical === 'array') Object.assign(options, { minItems: rule.is, maxItems: rule.is });
      return logical === 'array';
    case 'min':
    case 'max': {
      // Limits of numbers are numbers, those of dates are texts; another pair would be no valid option.
      const fits = dated
        ? typeof rule.is === 'string'
        : /^(number|integer)$/.test(logical) && typeof rule.is === 'number';
      if (fits) options[rule.kind === 'min' ? 'minimum' : 'maximum'] = rule.is;
      return fits;
    }
    case 'pattern':
      if (logical === 'string') options['pattern'] = rule.is;
      return logical === 'string';
    default:
      return false;
  }
}

function columnQuality({ rule, severity }: Check): MapOf | undefined {
  const rated = { severity: severityWords[severity] };
  switch (rule.kind) {
    case 'nulls':
      return {
        metric: 'nullValues',
        mustBeLessOrEqualTo: 100 * rule.share,
        unit: 'percent',
        dimension: 'completeness',
        ...rated,
      };
    case 'values':
      return {
        metric: 'invalidValues',
        arguments: { validValues: rule.is },
        mustBe: 0,
        dimension: 'conformity',
        ...rated,
      };
    case 'pattern':
      return {
        metric: 'invalidValues',
        arguments: { pattern: rule.is },
        mustBe: 0,
        dimension: 'conformity',
        ...rated,
      };
    default:
      return undefined;
  }
}

function tableQuality({ rule, severity, columns }: Check): MapOf | undefined {
  const rated = { severity: severityWords[severity] };
  if (rule.kind === 'rows') return { metric: 'rowCount', ...operatorOf(rule), ...rated };
  if (rule.kind === 'unique')
    return {
      metric: 'duplicateValues',
      arguments: { properties: columns },
      mustBe: 0,
      dimension: 'uniqueness',
      ...rated,
    };
  return undefined;
}

function operatorOf({ min, max }: Range): MapOf {
  if (min !== undefined && max !== undefined) return { mustBeBetween: [min, max] };
  return min !== undefined ? { mustBeGreaterOrEqualTo: min } : { mustBeLessOrEqualTo: max };
}
