import type { Frame } from '../../engine/artifacts/frame.js';
import { frameOfPlain } from '../../engine/artifacts/plain.js';
import { type Axis, type Field, fieldOf } from '../../engine/artifacts/schema.js';
import type { Table } from '../../engine/artifacts/table.js';
import { fileSamples, positionsOf, samplesOf, vectorOf } from '../../engine/artifacts/traces.js';
import { numbersOf } from '../../engine/artifacts/values.js';
import type { Json } from '../../engine/canonical.js';
import { type Context, defineComponent, file, metrics, table } from '../../engine/component.js';
import { Config, OneOf, Quantity, Type } from '../../engine/schema.js';
import { ruleNames, rules } from '../lib/survey-quality/rules.js';
import type { Finding, RuleSettings } from '../lib/survey-quality/verdict.js';

const config = Config({
  column: Type.String({ default: 'trace', minLength: 1, description: 'the vector column with the traces' }),
  on_breach: OneOf(['stop', 'warn', 'set_aside'], {
    default: 'stop',
    description:
      'what to do when a rule of high severity is broken: stop ends the step, warn goes on, set_aside goes on without the traces that break it',
  }),
  rules: Type.Object(
    Object.fromEntries(
      ruleNames.map((name) => {
        const { severity, limit, unit, summary } = rules[name];
        const described = `${summary}; ${severity}, above ${unit === 'share' ? `${100 * limit}%` : `${limit} ${unit}`} where nothing else is said`;
        return [
          name,
          Type.Optional(
            Type.Object(
              {
                severity: Type.Optional(OneOf(['high', 'medium', 'low', 'off'])),
                limit: Type.Optional(
                  unit === 'share' ? Quantity('share', { minimum: 0, maximum: 1 }) : Type.Number(),
                ),
              },
              {
                additionalProperties: false,
                description: name === 'band' ? described.replace('above', 'below') : described,
              },
            ),
          ),
        ];
      }),
    ),
    {
      default: {},
      additionalProperties: false,
      description: 'severity and limit of rules: { dead: { severity: high, limit: 1% } }',
    },
  ),
  sample_rates: Type.Array(Quantity('time'), {
    default: [0.0005, 0.004],
    minItems: 2,
    maxItems: 2,
    description: 'least and largest sample interval in time',
  }),
  listed: Type.Integer({
    default: 1000,
    minimum: 0,
    description: 'traces of each rule that are listed as issues; all are counted, and drawn',
  }),
  title: Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: 'above the map' })),
});
type CheckContext = Context<typeof config>;

const quality: Field = {
  name: 'quality',
  type: 'string',
  role: 'key',
  nullable: false,
  description: 'sound, or the first rule that the trace breaks',
};

/**
 * Holds a survey to what can be said of any: traces that are dead, clipped, noisy or there twice, positions that do not
 * fit a grid, headers that contradict the file, what the spectrum shows. Each rule has a severity and a limit; the verdict
 * follows from them alone.
 */
export default defineComponent({
  name: 'prep.seismic-checks',
  version: '2',
  summary:
    'Find dead, clipped, noisy and duplicate traces, positions off the grid, wrong headers, hum; a verdict by rule',
  config,
  inputs: { in: table('traces, as ingest.segy gives them') },
  outputs: {
    out: table('the traces that go on, with the column `quality`'),
    set_aside: table('traces that break a rule of high severity'),
    issues: table('a row a trace and rule that it breaks, and one a bin without a trace'),
    checks: metrics('every rule with what was measured and its limit'),
    figure: file('a map of the traces that break a rule'),
  },
  metrics: {
    verdict: { description: 'pass, warn or fail', type: 'string' },
    rules: { description: 'rules that could be judged', type: 'integer' },
    breaches: { description: 'rules broken', type: 'integer', better: 'lower' },
    traces: { description: 'traces looked at', type: 'integer' },
    traces_flagged: { description: 'traces that break a rule', type: 'integer', better: 'lower' },
    ...Object.fromEntries(ruleNames.map((name) => [name, { description: rules[name].summary }])),
  },
  determinism: 'pure',
  example:
    'use: prep.seismic-checks\nin: traces\nwith: { on_breach: warn, rules: { dead: { limit: 1% } } }\nsave: { issues: results/issues.csv, figure: results/quality.png }',
  columns: (_config, inputs) => {
    const schema = inputs['in'] ?? { fields: [], open: true };
    const marked = {
      ...schema,
      fields: [...schema.fields.filter(({ name }) => name !== 'quality'), quality],
    };
    return {
      out: marked,
      set_aside: marked,
      issues: {
        fields: [
          ...(['rule', 'severity'] as const).map((name) => ({ name, type: 'string' as const })),
          ...(['trace', 'inline', 'crossline', 'measured', 'limit'] as const).map((name) => ({
            name,
            type: 'float64' as const,
          })),
          { name: 'note', type: 'string' as const },
        ],
      },
    };
  },
  async run(ctx) {
    const data = ctx.in.in;
    const { judged, verdictOf, worstOf } = await import('../lib/survey-quality/verdict.js');
    if (data.rows === 0) ctx.fail('data/rows', 'there are no traces to check', { path: ['in', 'in'] });
    const { measured, positions, grid } = await measure(ctx, data);
    const findings = judged(measured, ctx.config.rules as RuleSettings);
    const worst = worstOf(findings, data.rows);
    const verdict = verdictOf(findings);
    const values = {
      verdict,
      rules: findings.filter(({ moot }) => moot === undefined).length,
      breaches: findings.filter(({ broken }) => broken).length,
      traces: data.rows,
      traces_flagged: worst.reduce((n, i) => n + (i >= 0 ? 1 : 0), 0),
      ...Object.fromEntries(findings.filter((f) => f.moot === undefined).map((f) => [f.rule, f.value])),
    };
    for (const [name, value] of Object.entries(values)) ctx.metric(name, value);
    decide(ctx, findings);
    const bad = new Uint8Array(data.rows);
    if (ctx.config.on_breach === 'set_aside')
      for (const { issues } of highest(findings))
        for (const { row } of issues) if (row !== undefined) bad[row] = 1;
    const marked = await ctx.tables.with(data, marks(findings, worst));
    const rowsWhere = (flag: number) => Uint32Array.from(bad.keys()).filter((row) => bad[row] === flag);
    const { flagsFigure } = await import('../lib/survey-quality/figure.js');
    const svg = flagsFigure({
      title: ctx.config.title ?? 'Quality of the traces',
      findings,
      worst,
      positions,
      grid,
      verdict,
    });
    const { toPng } = await import('../lib/plot/to-png.js');
    return {
      out: bad.includes(1) ? await ctx.tables.pick(marked, rowsWhere(0)) : marked,
      set_aside: await ctx.tables.pick(marked, rowsWhere(1)),
      issues: await ctx.tables.create(issueFrame(findings, positions, ctx.config.listed)),
      checks: { kind: 'metrics', values, details: { rules: findings.map(told) as unknown as Json } },
      figure: await ctx.file({
        name: 'quality.svg',
        media: 'image/svg+xml',
        bytes: new TextEncoder().encode(svg),
        also: { png: await toPng(svg, ctx.compute) },
      }),
    };
  },
});

const highest = (findings: readonly Finding[]) => findings.filter((f) => f.broken && f.severity === 'high');

function decide(ctx: CheckContext, findings: readonly Finding[]): void {
  const { on_breach } = ctx.config;
  const high = highest(findings);
  const stops = on_breach === 'set_aside' ? high.filter(({ issues }) => issues.length === 0) : high;
  if (on_breach !== 'warn' && stops.length > 0)
    ctx.fail('data/contract', `the survey fails its checks:\n${stops.map(said).join('\n')}`, {
      path: ['in', 'in'],
      hint:
        on_breach === 'stop'
          ? 'on_breach: set_aside goes on without the traces that break a rule, warn with them'
          : 'these rules are about the whole survey, so no traces can be set aside for them',
    });
  for (const finding of findings)
    if (finding.broken && finding.severity !== 'low') ctx.warn(said(finding), { path: ['in', 'in'] });
}

const said = ({ rule, message }: Finding): string => `${rule}: ${message}`;

const told = ({ rule, severity, limit, value, broken, message, moot, issues }: Finding) => ({
  rule,
  severity,
  ...(moot === undefined ? { measured: value, limit, broken, message, traces: issues.length } : { moot }),
});

/** All rules, in one walk over the samples. */
async function measure(ctx: CheckContext, data: Table) {
  const { column, sample_rates } = ctx.config;
  const field = vectorOf(data, column);
  if (!field)
    return ctx.fail('data/column', `there is no trace column "${column}"`, { path: ['with', 'column'] });
  const [
    { gridOf, neighboursOn, positionRules },
    { traceRules },
    { spectrumRules },
    { headerRules },
    { limitOf },
  ] = await Promise.all([
    import('../lib/survey-quality/positions.js'),
    import('../lib/survey-quality/traces.js'),
    import('../lib/survey-quality/spectrum.js'),
    import('../lib/survey-quality/headers.js'),
    import('../lib/survey-quality/verdict.js'),
  ]);
  const positions = await positionsOf(data);
  const grid = gridOf(positions);
  const { numbers, sums } = await walk(ctx, data, field.width);
  const axis = axisOf(field.axis);
  const settings = ctx.config.rules as RuleSettings;
  const read = async (name: string) =>
    fieldOf(data.schema, name) ? numbersOf(await data.column(name)) : undefined;
  const [interval, count] = [await read('TRACE_SAMPLE_INTERVAL'), await read('TRACE_SAMPLE_COUNT')];
  const sampling = { step: axis.step, unit: axis.unit, samples: fileSamples(data, column) ?? field.width };
  const measured = [
    ...traceRules(numbers, neighboursOn(grid, positions)),
    ...positionRules(positions, grid, limitOf('grid_fit', settings)),
    ...headerRules(
      { ...(interval && { interval }), ...(count && { count }) },
      sampling,
      sample_rates as unknown as readonly [number, number],
    ),
    ...spectrumRules(sums, {
      step: 1 / (axis.step * field.width) / (axis.unit === 'm' ? 0.001 : 1),
      unit: axis.unit === 's' ? 'Hz' : axis.unit === 'm' ? 'cycles per km' : 'cycles per sample',
      isTime: axis.unit === 's',
    }),
  ];
  return { measured, positions, grid };
}

const axisOf = (axis: Axis | undefined): Axis => axis ?? { start: 0, step: 1, unit: 'samples' };

async function walk(ctx: CheckContext, data: Table, n: number) {
  const [{ traceNumbers, traceNumbersKernel }, { addSums, emptySums, spectrumKernel }] = await Promise.all([
    import('../lib/survey-quality/trace-numbers.js'),
    import('../lib/spectra/mean-spectrum.js'),
  ]);
  const { column } = ctx.config;
  const numbers = traceNumbers(data.rows);
  const sums = emptySums(n);
  let to = 0;
  for await (const frame of data.batches({ columns: [column] })) {
    const samples = samplesOf(frame, column);
    await ctx.compute(traceNumbersKernel, { samples, n, out: numbers, to });
    const spectrum = { samples, n, first: 0, length: n, taper: true, high: numbers.high, to };
    for (const part of await ctx.compute(spectrumKernel, spectrum)) addSums(sums, part);
    to += frame.rows;
    ctx.progress(to, data.rows, 'traces');
  }
  return { numbers, sums };
}

function marks(findings: readonly Finding[], worst: Int32Array): Frame {
  const texts = Array.from(worst, (i) => (i < 0 ? 'sound' : findings[i]!.rule));
  const frame = frameOfPlain([{ name: 'quality', texts }]);
  return frame.with(quality, frame.column('quality'));
}

function issueFrame(
  findings: readonly Finding[],
  { inline, crossline }: { readonly inline: Float64Array; readonly crossline: Float64Array },
  listed: number,
): Frame {
  const rows = findings.flatMap((finding) =>
    finding.issues.slice(0, listed).map((issue) => ({ finding, issue })),
  );
  const numbers = (of: (row: (typeof rows)[number]) => number | undefined) =>
    Float64Array.from(rows, (row) => of(row) ?? Number.NaN);
  return frameOfPlain([
    { name: 'rule', texts: rows.map(({ finding }) => finding.rule) },
    { name: 'severity', texts: rows.map(({ finding }) => finding.severity) },
    { name: 'trace', numbers: numbers(({ issue: { row } }) => (row !== undefined ? row + 1 : undefined)) },
    {
      name: 'inline',
      numbers: numbers(({ issue: { row, inline: il } }) => (row === undefined ? il : inline[row])),
    },
    {
      name: 'crossline',
      numbers: numbers(({ issue: { row, crossline: xl } }) => (row === undefined ? xl : crossline[row])),
    },
    { name: 'measured', numbers: numbers(({ issue }) => issue.measured) },
    { name: 'limit', numbers: numbers(({ finding }) => finding.limit) },
    { name: 'note', texts: rows.map(({ issue }) => issue.note ?? null) },
  ]);
}
