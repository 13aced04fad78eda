import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import type { Check, Contract } from '#dist/components/lib/contract/contract.js';
import { odcsOf } from '#dist/components/lib/contract/odcs/export.js';
import { contractOfOdcs } from '#dist/components/lib/contract/odcs/import.js';
import { readContract } from '#dist/components/lib/contract/read.js';
import { writtenContract } from '#dist/components/lib/contract/write.js';
import { InputError } from '#dist/components/lib/errors.js';

const severity = fc.constantFrom('high', 'medium', 'low');
const rated = (value: fc.Arbitrary<unknown>) => fc.oneof(value, fc.record({ is: value, severity }));
const number = fc.integer({ min: -1000, max: 1000 });
const range = (value: fc.Arbitrary<number>) =>
  fc
    .tuple(value, value, fc.constantFrom('both', 'min', 'max'), fc.option(severity, { nil: undefined }))
    .map(([a, b, which, own]) => ({
      ...(which !== 'max' && { min: Math.min(a, b) }),
      ...(which !== 'min' && { max: Math.max(a, b) }),
      ...(own && { severity: own }),
    }));
const share = fc.integer({ min: 0, max: 20 }).map((n) => n / 20);
const column = fc.record(
  {
    type: rated(
      fc.constantFrom(
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
      ),
    ),
    unit: rated(fc.constant('m')),
    width: rated(fc.integer({ min: 1, max: 99 })),
    required: fc.constant(false),
    nulls: rated(fc.oneof(fc.constant('none'), share)),
    min: rated(fc.oneof(number, fc.constant('2024-01-31'))),
    max: rated(number),
    values: rated(fc.uniqueArray(fc.constantFrom('a', 'b', 3, true), { minLength: 1 })),
    pattern: rated(fc.constantFrom('^a', '[0-9]{3}')),
    finite: rated(fc.constant(true)),
    unique: rated(fc.constant(true)),
    freshness: rated(fc.constantFrom('30 days', '6 h', '90 min', '45 s')),
    mean: range(number),
    sd: range(number),
    balance: range(share),
    distinct: range(number),
    quantiles: fc.dictionary(fc.constantFrom('0.05', '0.5', '0.95'), range(number), { minKeys: 1 }),
    shares: fc.dictionary(fc.constantFrom('sand', 'a: b'), range(share), { minKeys: 1 }),
    drift: fc.record(
      {
        mean: fc.constantFrom(100, '0.5 sd', '5%'),
        shares: share,
        severity,
        beyond_chance: fc.constant(0.01),
      },
      { requiredKeys: ['mean'] },
    ),
    severity,
  },
  { requiredKeys: [] },
);
const contract = fc
  .record(
    {
      version: fc.constant(1),
      name: fc.constant('logs'),
      description: fc.constant('what it is for'),
      severity,
      rows: range(fc.integer({ min: 0, max: 9999 })),
      drift: fc.record({ rows: share, severity }, { requiredKeys: ['rows'] }),
      columns: fc.dictionary(fc.constantFrom('depth', 'rock type', 'x:y', '7'), column, { minKeys: 1 }),
      unique: fc.constant([['depth', 'x:y']]),
      other_columns: fc.constantFrom('allow', 'fail'),
    },
    { requiredKeys: ['version', 'name', 'columns'] },
  )
  // A key is of columns that are named.
  .map(({ unique, ...rest }) => ({
    ...rest,
    ...(unique?.flat().every((name) => name in rest.columns) && { unique }),
  }));

const same = (a: Contract, b: Contract) => {
  const key = (check: Check) => JSON.stringify(check, Object.keys({ ...check, ...check.rule }).sort());
  const sorted = ({ checks }: Contract) => checks.map(key).sort();
  expect(sorted(a)).toEqual(sorted(b));
  expect([a.name, a.description]).toEqual([b.name, b.description]);
};
const yaml = (value: unknown) => stringify(value);

describe('a contract', () => {
  it('that is written reads as the same rules', async () => {
    await fc.assert(
      fc.asyncProperty(contract, async (written) => {
        const { contract: before, faults } = await readContract(stringify(written));
        expect(faults).toEqual([]);
        const again = await readContract(stringify(writtenContract(before)));
        expect(again.faults).toEqual([]);
        same(again.contract, before);
      }),
      { numRuns: 15 },
    );
  });

  it('that goes out as Open Data Contract Standard comes back as the same rules', async () => {
    await fc.assert(
      fc.asyncProperty(contract, async (written) => {
        const { contract: before } = await readContract(stringify(written));
        const { document } = odcsOf(before, { name: 'logs', yaml });
        const { contract: after, lost } = await contractOfOdcs(parse(stringify(document)));
        expect(lost).toEqual([]);
        same(after, before);
      }),
      { numRuns: 15 },
    );
  });

  it('says which rules only this engine will understand', async () => {
    const { contract: read } = await readContract(
      'version: 1\ncolumns: { x: { type: number, min: 0, unit: m, sd: { max: 3 } } }\n',
    );
    const { document, custom } = odcsOf(read, { name: 'x', yaml });
    expect(custom).toEqual(['x: unit m', 'x: sd at most 3']);
    expect(document).toMatchObject({
      apiVersion: 'v3.1.0',
      kind: 'DataContract',
      schema: [{ properties: [{ name: 'x', logicalType: 'number', logicalTypeOptions: { minimum: 0 } }] }],
    });
  });
});

describe('a contract of the standard', () => {
  const document = (rest: object) => ({
    apiVersion: 'v3.0.2',
    kind: 'DataContract',
    version: '1',
    status: 'active',
    id: 'a',
    ...rest,
  });
  const orders = (rest: object, properties: readonly object[] = []) =>
    document({ schema: [{ name: 'orders', properties, ...rest }] });
  const rulesOf = async (given: unknown) => {
    const { contract: read, lost } = await contractOfOdcs(given);
    return { rules: read.checks.map(({ rule, severity: s, columns }) => [columns.join(), s, rule]), lost };
  };

  it('gives what can be said here, and a list of the rest', async () => {
    const found = await rulesOf(
      orders(
        {
          quality: [
            { metric: 'rowCount', mustBeGreaterThan: 100, severity: 'warning' },
            { metric: 'duplicateValues', mustBe: 0, arguments: { properties: ['id', 'day'] } },
            { type: 'sql', query: 'SELECT 1', mustBe: 1 },
          ],
          relationships: [],
        },
        [
          {
            name: 'id',
            logicalType: 'string',
            required: true,
            primaryKey: true,
            logicalTypeOptions: { maxLength: 5, pattern: '^C' },
          },
          {
            name: 'day',
            logicalType: 'date',
            logicalTypeOptions: { minimum: '2020-01-01', format: 'yyyy-MM-dd' },
          },
          {
            name: 'n',
            logicalType: 'integer',
            logicalTypeOptions: { format: 'u8', maximum: 9 },
            quality: [
              { metric: 'nullValues', mustBeLessOrEqualTo: 5, unit: 'percent' },
              { metric: 'nullValues', mustBeLessThan: 7 },
            ],
          },
          {
            name: 'kind',
            logicalType: 'object',
            quality: [
              { rule: 'invalidValues', mustBe: 0, arguments: { validValues: ['a'] }, severity: 'odd' },
            ],
          },
        ],
      ),
    );
    expect(found.rules).toEqual([
      ['id', 'high', { kind: 'present' }],
      ['id', 'high', { kind: 'type', is: 'string' }],
      ['id', 'high', { kind: 'pattern', is: '^C' }],
      ['id', 'high', { kind: 'nulls', share: 0 }],
      ['day', 'high', { kind: 'present' }],
      ['day', 'high', { kind: 'type', is: 'date' }],
      ['day', 'high', { kind: 'min', is: '2020-01-01' }],
      ['n', 'high', { kind: 'present' }],
      ['n', 'high', { kind: 'type', is: 'integer' }],
      ['n', 'high', { kind: 'max', is: 9 }],
      ['n', 'high', { kind: 'nulls', share: 0.05 }],
      ['kind', 'high', { kind: 'present' }],
      ['kind', 'high', { kind: 'values', is: ['a'] }],
      ['id', 'high', { kind: 'unique' }],
      ['', 'medium', { kind: 'rows', min: 101 }],
      ['id,day', 'high', { kind: 'unique' }],
    ]);
    expect(found.lost).toEqual([
      'orders.relationships',
      'id.logicalTypeOptions.maxLength',
      'day.logicalTypeOptions.format',
      'n.logicalTypeOptions.format',
      'n.quality: nullValues',
      'kind.logicalType: object',
      'kind.quality: the severity "odd", taken for high',
      'orders.quality: sql',
    ]);
  });

  it.each([
    ['no contract', {}, 'no "kind: DataContract"'],
    ['another version', document({ apiVersion: 'v2.2.2' }), 'apiVersion is v2.2.2'],
    ['no schema', document({}), 'it has no schema'],
    [
      'two objects',
      document({ schema: [{ name: 'a' }, { name: 'b' }] }),
      'its schema has a, b: say which one',
    ],
    [
      'a broken rule of ours',
      orders({ quality: [{ type: 'custom', engine: 'toolbox', implementation: 'rows: many' }] }),
      'a custom rule of toolbox is wrong',
    ],
  ])('is refused where it is %s', async (_, given, message) => {
    await expect(contractOfOdcs(given)).rejects.toThrow(InputError);
    await expect(contractOfOdcs(given)).rejects.toThrow(message);
  });
});
