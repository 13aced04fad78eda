import { countOf, type RunResult } from '../run/result.js';
import { doubtsOf } from './doubts.js';
import { counted, score as number, seconds } from './numbers.js';
import { isBetter, type Measure, type Scored, type ScoreGroup, scoredOf, unitOf } from './scores.js';

/** The report in plain words: what was asked, what came out, what it is worth, what to doubt, what to do next. */
export interface Answer {
  readonly asked: string;
  readonly answer: readonly string[];
  readonly worth: readonly string[];
  readonly doubt: readonly string[];
  readonly next: readonly string[];
}

const mostGroups = 5;

export function answerOf(
  run: RunResult,
  description: string | undefined,
  groups: readonly ScoreGroup[],
): Answer {
  const scored = groups
    .map(scoredOf)
    .filter((scores) => scores.length > 0)
    .slice(0, mostGroups);
  const where = (scores: readonly Scored[]) => (scored.length > 1 ? ` in ${stepOf(scores)}` : '');
  const worth = scored.flatMap((scores) => worthOf(scores, where(scores)));
  const doubt = [...groups.flatMap(doubtsOf), ...doubtsOfRun(run)];
  return {
    asked: description ?? `Run the pipeline ${run.pipeline}.`,
    answer: [
      outcome(run),
      ...scored.map((scores) => measured(scores, where(scores))),
      ...made(run, scored, groups),
    ],
    worth: worth.length > 0 ? worth : ['Nothing was scored against a known truth, so there is none.'],
    doubt: doubt.length > 0 ? doubt : ['No warning, and no rule for doubtful scores applies.'],
    next: nextOf(run),
  };
}

/** Where nothing was scored, the answer is what was made. */
function made({ nodes }: RunResult, scored: readonly unknown[], groups: readonly ScoreGroup[]): string[] {
  if (scored.length > 0) return [];
  const [last] = groups.findLast(({ scores }) => answering.test(scores[0]!.use))?.scores ?? [];
  const numbers = (last?.measures ?? [])
    .filter(({ value }) => typeof value === 'number')
    .slice(0, mostNumbers)
    .map((measure) => `${named(measure)} is ${number(measure.value as number)}`);
  const told = numbers.length > 0 ? [`In ${last!.address} ${numbers.join('; ')}.`] : [];
  const files = nodes
    .filter(({ use }) => !use.startsWith('ingest.'))
    .flatMap((node) => node.saved)
    .map(({ path, kept }) => kept ?? path);
  if (files.length === 0) return told;
  const more = files.length > mostFiles ? ` and ${files.length - mostFiles} more, listed under Results` : '';
  return [...told, `It made ${files.slice(0, mostFiles).join(', ')}${more}.`];
}

const mostFiles = 5;
const mostNumbers = 3;
/** Steps whose numbers are what a run is for, where nothing was scored. */
const answering = /^(?:cost|train|forecast)\./;

const stepOf = ([first]: readonly Scored[]) => first!.step;

function outcome(run: RunResult): string {
  const { ran, reused, skipped, failed } = countOf(run.nodes);
  const counts = [
    `${counted(ran, 'step')} ran`,
    reused > 0 ? `${reused} reused` : '',
    skipped > 0 ? `${skipped} skipped` : '',
    failed > 0 ? `${failed} ${run.status === 'failed' ? 'failed' : 'stopped'}` : '',
  ].filter(Boolean);
  const state = {
    done: 'The run is done',
    failed: 'The run failed',
    gate: brokeContract(run) ? 'A contract stopped the run' : 'A gate stopped the run',
    cancelled: 'The run was cancelled',
  }[run.status];
  return `${state} after ${seconds(run.seconds)}: ${counts.join(', ')}.`;
}

/** The data did not keep to what was agreed, as against a condition of the pipeline that does not hold. */
export const brokeContract = ({ nodes }: RunResult): boolean =>
  nodes.some(({ problems }) => problems.some(({ code }) => code === 'data/contract'));

const named = ({ name, description }: Measure) => (description ? `${name} (${description})` : name);

function measured(scores: readonly Scored[], where: string): string {
  const { main, measures } = scores[0]!;
  if (scores.length > 1) {
    const values = scores.map((score) => score.main.value);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    return `${named(main)}${where} is ${number(low)} to ${number(high)}, ${number(mean(values))} on average of ${scores.length}.`;
  }
  const rows = measures.find((measure) => measure.name === 'rows')?.value;
  const on = typeof rows === 'number' ? ` on ${counted(rows, 'test row')}` : '';
  const { interval, value } = main;
  const unit = unitOf(main.name, scores[0]!.details);
  const between = interval
    ? `, bootstrap interval ${number(interval.lower)} to ${number(interval.upper)}`
    : '';
  return `${named(main)}${where} is ${number(value)}${unit && ` ${unit}`}${on}${between}.`;
}

function worthOf(scores: readonly Scored[], where: string): string[] {
  const { name, value, ceiling } = scores[0]!.main;
  const of = (key: 'baseline' | 'control') =>
    scores.map(({ main }) => main[key]).filter((found) => found !== undefined);
  const [baselines, controls] = [of('baseline'), of('control')];
  const lines: string[] = [];
  if (baselines.length > 1) {
    const ahead = scores.filter(
      ({ main }) => main.baseline !== undefined && isBetter(name, main.value, main.baseline),
    );
    lines.push(
      `${ahead.length} of ${baselines.length}${where} are better than the baseline, which reaches ${number(mean(baselines))} on average.`,
    );
  } else if (baselines.length === 1) {
    const verdict = isBetter(name, value, baselines[0]!) ? 'better than' : 'no better than';
    lines.push(`That is ${verdict} the baseline${where}, which reaches ${number(baselines[0]!)}.`);
  }
  if (controls.length > 0)
    lines.push(
      `Trained on shuffled labels, the same model reaches ${number(mean(controls))}${controls.length > 1 ? ' on average' : ''}.`,
    );
  if (ceiling !== undefined)
    lines.push(`No classifier could reach more than ${number(ceiling)} on these data.`);
  return lines;
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

function doubtsOfRun(run: RunResult): string[] {
  const warnings = run.nodes.reduce((sum, node) => sum + node.warnings.length, 0);
  const left = countOf(run.nodes).skipped;
  const kept = run.nodes.flatMap((node) => node.saved).filter((file) => file.kept !== undefined);
  return [
    ...(run.status !== 'done' && left > 0
      ? [`${counted(left, 'step')} did not run; what they made before is not of this run.`]
      : []),
    ...(warnings > 0 ? [`${counted(warnings, 'warning')}, listed below.`] : []),
    ...kept.map((file) => `${file.path} was changed by someone and was left as it is.`),
  ];
}

/** The rest of a long message stands under Problems. */
const firstLine = (message: string): string => message.split('\n')[0]!.replace(/:$/, ', see Problems');

function nextOf(run: RunResult): string[] {
  const stopped = run.nodes.filter((node) => node.status === 'failed' || node.status === 'gate');
  const lines = stopped.flatMap((node) => {
    const { message, hint } = node.problems[0] ?? { message: node.reason ?? 'stopped', hint: undefined };
    return [`${node.address}: ${firstLine(message)}.${hint ? ` ${hint.replaceAll('\n', '; ')}.` : ''}`];
  });
  if (run.status === 'cancelled') lines.push('Run again: what is done is reused.');
  const registered = run.nodes.find((node) => node.use === 'serve.register' && node.metrics['name']);
  if (registered && lines.length === 0)
    lines.push(`Use the model on new rows: toolbox predict ${registered.metrics['name']} FILE.`);
  if (lines.length === 0)
    lines.push(
      `Change a setting and run it again, then see what it did: toolbox runs diff ${run.id} last --html.`,
    );
  return lines;
}
