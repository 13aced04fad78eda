import type { Artifact } from '../artifacts/artifact.js';
import type { Json } from '../canonical.js';
import { nearest, type Place, type Problem, problem, within } from '../problem.js';
import type { NodeResult, RunResult } from '../run/result.js';
import { loadCel } from '../spec/evaluate.js';
import type { StoredOutput } from '../store/record.js';
import { difference, readSnapshot, snapshotFile, snapshotOf, writeSnapshot } from './snapshot.js';
import type { Test } from './suite.js';

export interface Judging {
  /** Of the project itself, where snapshots lie. */
  readonly root: string;
  readonly suite: string;
  /** Snapshots are written, not compared. */
  readonly record: boolean;
  readonly load: (output: StoredOutput) => Promise<Artifact>;
}

/** What of a test does not hold. A run that was to fail and did is as it should be. */
export async function judge(
  test: Test,
  run: { readonly result: RunResult } | { readonly problems: readonly Problem[] },
  judging: Judging,
): Promise<Problem[]> {
  const problems = 'result' in run ? run.result.nodes.flatMap((node) => node.problems) : run.problems;
  const failed = 'problems' in run || run.result.exit !== 0;
  if (test.fails)
    return failed
      ? otherFailure(test.fails, problems)
      : [wrong('the run was to fail, and did not', test.fails.at)];
  if (failed || 'problems' in run)
    return [wrong('the run failed', test.at, 'say fails: where that is meant'), ...problems];
  const { nodes } = run.result;
  return [...(await expectations(test, run.result)), ...(await snapshots(test, nodes, judging))];
}

const wrong = (message: string, at: Place, hint?: string): Problem =>
  problem('test/failed', message, { at, ...(hint && { hint }) });

function otherFailure(
  { code, message, at }: NonNullable<Test['fails']>,
  found: readonly Problem[],
): Problem[] {
  const fits = found.some(
    (one) =>
      (code === undefined || one.code === code) && (message === undefined || one.message.includes(message)),
  );
  if (fits || (code === undefined && message === undefined)) return [];
  const codes = [...new Set(found.map((one) => `${one.code}: ${one.message}`))];
  const wanted = [code, message && `"${message}"`].filter(Boolean).join(' with ');
  return [wrong(`the run failed, not by ${wanted} but by ${codes.join('; ') || 'a gate'}`, at)];
}

async function expectations(test: Test, result: RunResult): Promise<Problem[]> {
  const cel = await loadCel();
  const steps = Object.fromEntries(result.nodes.map((node) => [node.address, factsOf(node)]));
  const { id, pipeline, seed, environment = '', status, exit } = result;
  const bindings = { steps, run: { id, pipeline, seed, environment, status, exit } };
  return test.expect.flatMap(({ source, at }) => {
    const parsed = cel.parseCel(source);
    if ('fault' in parsed)
      return [
        problem('spec/expression', parsed.fault.message, {
          at: within(at, source, parsed.fault.start, parsed.fault.end),
        }),
      ];
    const found = cel.evaluateCel(source, bindings);
    if ('fault' in found)
      return [
        problem('spec/expression', found.fault.message, {
          at: within(at, source, found.fault.start, found.fault.end),
        }),
      ];
    if (found.value === true) return [];
    const values = parsed.references.map(
      ({ path, start, end }) => `${source.slice(start, end)} is ${JSON.stringify(valueAt(bindings, path))}`,
    );
    return [
      wrong(`not so: ${[...new Set(values)].join(', ') || `it gives ${JSON.stringify(found.value)}`}`, at),
    ];
  });
}

const factsOf = ({ status, metrics, outputs, reason }: NodeResult) => ({
  status,
  reason: reason ?? '',
  metrics,
  outputs: Object.fromEntries(
    Object.entries(outputs).map(([port, { content, size }]) => [
      port,
      { digest: content, ...(size !== undefined && { rows: size }) },
    ]),
  ),
});

const valueAt = (from: unknown, path: readonly string[]): Json =>
  path.reduce<unknown>(
    (value, name) => (value as { [name: string]: unknown } | undefined)?.[name],
    from,
  ) as Json;

async function snapshots(test: Test, nodes: readonly NodeResult[], judging: Judging): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const { output, at } of test.snapshot) {
    const stored = find(output, nodes);
    if (!stored) {
      const known = nodes.flatMap((node) =>
        Object.keys(node.outputs).map((port) => `${node.address}.${port}`),
      );
      const near = nearest(output, known);
      problems.push(
        wrong(
          `the run made no output "${output}"`,
          at,
          near ? `did you mean ${near}?` : `there are: ${known.join(', ')}`,
        ),
      );
      continue;
    }
    const file = snapshotFile(judging.suite, test.name, output);
    const now = await snapshotOf(await judging.load(stored));
    const recorded = readSnapshot(judging.root, file);
    if (judging.record) {
      if (recorded !== now) writeSnapshot(judging.root, file, now);
    } else if (recorded === undefined)
      problems.push(wrong(`nothing is recorded of ${output}`, at, 'toolbox test --record records it'));
    else {
      const changed = difference(recorded, now);
      if (changed)
        problems.push(
          wrong(
            `${output} is not as recorded in ${file}: ${changed}`,
            at,
            'if it should be so now: toolbox test --record',
          ),
        );
    }
  }
  return problems;
}

/** An output by `step` (its first) or `step.port`; addresses may hold points themselves. */
function find(output: string, nodes: readonly NodeResult[]): StoredOutput | undefined {
  const whole = nodes.find((node) => node.address === output);
  if (whole) return Object.values(whole.outputs)[0];
  const cut = output.lastIndexOf('.');
  return nodes.find((node) => node.address === output.slice(0, cut))?.outputs[output.slice(cut + 1)];
}
