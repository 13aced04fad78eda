/**
 * Case files: `test/components/<stage>/<name>/<case>.yaml`, one YAML map each, run by `cases.test.ts`.
 *
 *     oracle: scikit-learn 1.9.1, StandardScaler().fit_transform(x)     # which program, version and call gave the numbers
 *     config: { method: standard }                  # `with`; quantities as numbers (`20%` is 0.2)
 *     files: { data.csv: "a,b\n1,2\n" }             # in the folder that path fields start from; or {base64: …},
 *                                                   # or {text: …, encoding: utf-16le | utf-16be | windows-1252}
 *     inputs:                                       # by port; a list where the port takes many
 *       in:
 *         columns:
 *           a: [1, 2, null]                         # float64 (string, bool by the first value), role feature
 *           b: { type: int32, role: target, unit: m, values: [1, 2, 3] }
 *         split: { by: random, part: train, columns: [], seed: 1 }
 *     apply: { columns: … }                         # transforms and estimators: fit on `in`, apply to this (or to `in`)
 *     seed: 1
 *     tolerance: 1e-12                              # |found − expected| ≤ tolerance × max(1, |expected|); 0 if absent
 *     expect:
 *       out:                                        # by output; `out` of transforms and estimators
 *         rows: 3
 *         names: [a, b]                             # exactly these columns, in this order
 *         columns: { a: [1, 2, null], b: { type: int32, role: target, values: [1, 2, 3] } }   # only these are compared
 *         split: { by: random }                     # only the members given
 *       metrics: { matched: 2 }                     # only those given; null: not measured
 *       warnings: [text that one of them contains]  # exactly as many
 *
 * or, where it has to fail, with texts that message and hint contain and the config path:
 *
 *     expect: { problem: { code: data/join, message: matches nothing, hint: keys, path: [with, keys, 0] } }
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { parse } from 'yaml';
import type { Table } from '#dist/engine/artifacts/table.js';
import type { AnyDefinition } from '#dist/engine/component.js';
import { ProblemError } from '#dist/engine/problem.js';
import { Failure, harness, type RunResult } from './harness.js';
import { type Cell, type ColumnSpec, cellsOf, type TableSpec, tableOf } from './table-of.js';

interface ExpectedTable {
  readonly rows?: number;
  readonly names?: readonly string[];
  readonly columns?: { readonly [name: string]: ColumnSpec };
  readonly split?: object;
}
type FileSpec = string | { readonly base64: string } | { readonly text: string; readonly encoding: string };

export interface Case {
  readonly oracle?: string;
  readonly config?: { readonly [key: string]: unknown };
  readonly files?: { readonly [name: string]: FileSpec };
  readonly inputs?: { readonly [port: string]: TableSpec | readonly TableSpec[] };
  readonly apply?: TableSpec;
  readonly seed?: number;
  readonly tolerance?: number;
  readonly expect: {
    readonly problem?: { code: string; message?: string; hint?: string; path?: readonly (string | number)[] };
    readonly metrics?: { readonly [name: string]: unknown };
    readonly warnings?: readonly string[];
  } & { readonly [output: string]: ExpectedTable | undefined };
}

/** Every case file below `folder`, with the component that it is for. */
export function findCases(folder: string): { component: string; name: string; file: string }[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.yaml'))
    .sort()
    .map((path) => {
      const [stage, name, file] = path.split(/[\\/]/);
      return { component: `${stage}.${name}`, name: file!.replace(/\.yaml$/, ''), file: join(folder, path) };
    });
}

export async function runCase(definition: AnyDefinition, file: string): Promise<void> {
  const given = parse(readFileSync(file, 'utf8')) as Case;
  const { tables, run } = harness(definition);
  const input = async (spec: TableSpec | readonly TableSpec[]) =>
    Array.isArray(spec)
      ? await Promise.all(spec.map((one: TableSpec) => tableOf(tables, one)))
      : await tableOf(tables, spec as TableSpec);
  const inputs: { [port: string]: unknown } = {};
  for (const [port, spec] of Object.entries(given.inputs ?? {})) inputs[port] = await input(spec);
  const files = Object.fromEntries(
    Object.entries(given.files ?? {}).map(([name, f]) => [name, contentOf(f)]),
  );
  const running = run({
    config: given.config ?? {},
    inputs,
    files,
    seed: given.seed ?? 1,
    ...(given.apply && { apply: await tableOf(tables, given.apply) }),
  });
  const { problem, metrics, warnings, ...outputs } = given.expect;
  if (problem) return expectProblem(running, problem);
  const result = await running;
  const tolerance = given.tolerance ?? 0;
  for (const [port, expected] of Object.entries(outputs))
    await expectTable(port, result.outputs[port] as Table, expected!, tolerance);
  const measured = Object.values(result.outputs).flatMap((output) =>
    output && 'kind' in output && output.kind === 'metrics' ? [output.values] : [],
  );
  const found = Object.assign({}, result.metrics, ...measured) as RunResult['metrics'];
  for (const [name, value] of Object.entries(metrics ?? {}))
    expectCell(name, found[name] ?? null, value, tolerance);
  if (warnings) expectWarnings(result, warnings);
}

async function expectProblem(running: Promise<unknown>, problem: NonNullable<Case['expect']['problem']>) {
  const error = await running.then(
    () => undefined,
    (e: unknown) => e,
  );
  if (!(error instanceof Error)) return expect.unreachable('it should have failed');
  const found =
    error instanceof ProblemError
      ? error.problems.map(({ code, message, hint = '' }) => ({ code: code as string, message, hint }))
      : 'code' in error
        ? [{ code: String(error.code), message: error.message, hint: '' }]
        : undefined;
  if (!found) throw error;
  expect(found).toContainEqual({
    code: problem.code,
    message: expect.stringContaining(problem.message ?? ''),
    hint: expect.stringContaining(problem.hint ?? ''),
  });
  if (problem.path) expect(error instanceof Failure && error.path).toEqual(problem.path);
}

function expectWarnings(result: RunResult, warnings: readonly string[]) {
  expect(result.warnings.map((warning) => warning.message)).toEqual(
    warnings.map((text) => expect.stringContaining(text)),
  );
}

async function expectTable(port: string, table: Table, expected: ExpectedTable, tolerance: number) {
  expect(table, `output ${port}`).toBeDefined();
  if (expected.rows !== undefined) expect(table.rows, `rows of ${port}`).toBe(expected.rows);
  if (expected.names) expect(table.schema.fields.map((field) => field.name)).toEqual(expected.names);
  if (expected.split) expect(table.schema.split).toMatchObject(expected.split);
  const cells = await cellsOf(table);
  for (const [name, spec] of Object.entries(expected.columns ?? {})) {
    const { values, ...field } = Array.isArray(spec)
      ? { values: spec as readonly Cell[] }
      : (spec as Exclude<ColumnSpec, readonly Cell[]>);
    const found = table.schema.fields.find((f) => f.name === name);
    expect(found, `${port}.${name}`).toMatchObject(field);
    if (values === undefined) continue;
    const where = `${port}.${name}`;
    if (tolerance === 0) expect(cells[name], where).toEqual(values);
    else {
      expect(cells[name], where).toHaveLength(values.length);
      for (const [i, value] of values.entries())
        expectCell(`${where}[${i}]`, cells[name]![i], value, tolerance);
    }
  }
}

function expectCell(where: string, found: unknown, expected: unknown, tolerance: number) {
  if (typeof expected !== 'number' || typeof found !== 'number' || Number.isNaN(expected)) {
    if (Array.isArray(expected) && Array.isArray(found) && expected.length === found.length)
      for (const [i, value] of expected.entries()) expectCell(`${where}[${i}]`, found[i], value, tolerance);
    else expect(found, where).toEqual(expected);
  } else if (Math.abs(found - expected) > tolerance * Math.max(1, Math.abs(expected)))
    expect(found, `${where}, within ${tolerance}`).toBe(expected);
}

function contentOf(file: FileSpec): string | Uint8Array {
  if (typeof file === 'string') return file;
  if ('base64' in file) return Buffer.from(file.base64, 'base64');
  if (file.encoding === 'utf-16le') return Buffer.from(`\ufeff${file.text}`, 'utf16le');
  if (file.encoding === 'utf-16be') return Buffer.from(`\ufeff${file.text}`, 'utf16le').swap16();
  return Buffer.from(file.text, 'latin1');
}
