import { percent } from '../../components/lib/plot/text.js';
import { countOf, type RunResult } from '../run/result.js';
import { counted, score as number, seconds } from './numbers.js';
import { isBetter, type Measure, type Score } from './scores.js';

/** The report in plain words: what was asked, what came out, what it is worth, what to doubt, what to do next. */
export interface Answer {
  readonly asked: string;
  readonly answer: readonly string[];
  readonly worth: readonly string[];
  readonly doubt: readonly string[];
  readonly next: readonly string[];
}

export function answerOf(run: RunResult, description: string | undefined, scores: readonly Score[]): Answer {
  const mains = scores.filter(hasMain);
  return {
    asked: description ?? `Run the pipeline ${run.pipeline}.`,
    answer: [outcome(run), ...mains.slice(0, 5).map((score) => measured(score, mains.length > 1))],
    worth: mains.slice(0, 5).flatMap((score) => worthOf(score, mains.length > 1)),
    doubt: [...scores.flatMap((score) => doubts(score)), ...doubtsOfRun(run)],
    next: nextOf(run),
  };
}

type Scored = Score & { readonly main: Measure & { readonly value: number } };
const hasMain = (score: Score): score is Scored => typeof score.main?.value === 'number';

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
    gate: 'A gate stopped the run',
    cancelled: 'The run was cancelled',
  }[run.status];
  return `${state} after ${seconds(run.seconds)}: ${counts.join(', ')}.`;
}

const at = ({ address }: Score, many: boolean) => (many ? ` in ${address}` : '');

function measured(score: Scored, many: boolean): string {
  const { name, description, value, interval } = score.main;
  const rows = score.measures.find((measure) => measure.name === 'rows')?.value;
  const what = description ? `${name} (${description})` : name;
  const on = typeof rows === 'number' ? ` on ${counted(rows, 'test row')}` : '';
  const between = interval
    ? `, bootstrap interval ${number(interval.lower)} to ${number(interval.upper)}`
    : '';
  return `${what}${at(score, many)} is ${number(value)}${on}${between}.`;
}

function worthOf(score: Scored, many: boolean): string[] {
  const { name, value, baseline, control, ceiling } = score.main;
  const lines: string[] = [];
  if (baseline !== undefined) {
    const verdict = isBetter(name, value, baseline) ? 'better than' : 'no better than';
    lines.push(`That is ${verdict} the baseline${at(score, many)}, which reaches ${number(baseline)}.`);
  }
  if (control !== undefined)
    lines.push(`Trained on shuffled labels, the same model reaches ${number(control)}.`);
  if (ceiling !== undefined)
    lines.push(`A classifier that knows how these data were made reaches ${number(ceiling)}.`);
  return lines;
}

/** Rules, each with the number that set it off. */
function doubts(score: Score): string[] {
  const lines: string[] = [];
  const { main, measures, details, address } = score;
  if (typeof main?.value === 'number') {
    const { name, value, interval, baseline, control, randomSplit } = main;
    if (baseline !== undefined && !isBetter(name, value, baseline))
      lines.push(`${address}: the model is no better than the baseline, so it has learned nothing of use.`);
    else if (baseline !== undefined && interval && !isBetter(name, worse(name, interval), baseline))
      lines.push(
        `${address}: the interval of ${name} reaches the baseline, ${number(baseline)}; the gain may be chance.`,
      );
    if (
      control !== undefined &&
      baseline !== undefined &&
      isBetter(name, control, baseline) &&
      nearer(control, value, baseline)
    )
      lines.push(
        `${address}: even on shuffled labels ${name} is ${number(control)}; look for a leak from the target into the features.`,
      );
    if (randomSplit !== undefined && isBetter(name, randomSplit, value))
      lines.push(
        `${address}: a random split would have shown ${number(randomSplit)} instead of ${number(value)}; neighbouring rows resemble each other, so only the cut by block or group tells what to expect elsewhere.`,
      );
  }
  const rows = measures.find(({ name }) => name === 'rows')?.value;
  if (main && typeof rows === 'number' && rows < 100)
    lines.push(`${address}: ${counted(rows, 'test row')} are few; another sample may give other numbers.`);
  const missed = (Array.isArray(details['per_class']) ? details['per_class'] : []) as {
    class: string;
    recall: number;
    support: number;
  }[];
  const poor = missed.filter(({ recall, support }) => support > 0 && recall < 0.5);
  if (poor.length > 0)
    lines.push(
      `${address}: more than half of the rows are missed of ${poor.map((c) => `${c.class} (${percent(1 - c.recall)})`).join(', ')}.`,
    );
  const gap = measures.find(({ name }) => name === 'ece')?.value;
  if (typeof gap === 'number' && gap > 0.1)
    lines.push(
      `${address}: the stated probabilities are off by ${percent(gap)} on average; do not take them at their word.`,
    );
  return lines;
}

const worse = (name: string, { lower, upper }: { lower: number; upper: number }) =>
  isBetter(name, upper, lower) ? lower : upper;
const nearer = (x: number, a: number, b: number) => Math.abs(x - a) < Math.abs(x - b);

function doubtsOfRun(run: RunResult): string[] {
  const warnings = run.nodes.reduce((sum, node) => sum + node.warnings.length, 0);
  const kept = run.nodes.flatMap((node) => node.saved).filter((file) => file.kept !== undefined);
  return [
    ...(warnings > 0 ? [`${counted(warnings, 'warning')}, listed below.`] : []),
    ...kept.map((file) => `${file.path} was changed by someone and was left as it is.`),
  ];
}

function nextOf(run: RunResult): string[] {
  const stopped = run.nodes.filter((node) => node.status === 'failed' || node.status === 'gate');
  const lines = stopped.flatMap((node) => {
    const { message, hint } = node.problems[0] ?? { message: node.reason ?? 'stopped', hint: undefined };
    return [`${node.address}: ${message}.${hint ? ` ${hint.replaceAll('\n', '; ')}.` : ''}`];
  });
  if (run.status === 'cancelled') lines.push('Run again: what is done is reused.');
  const registered = run.nodes.find((node) => node.use === 'serve.register' && node.metrics['name']);
  if (registered && lines.length === 0)
    lines.push(`Use the model on new rows: toolbox predict ${registered.metrics['name']} FILE.`);
  return lines;
}
