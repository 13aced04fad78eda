import { describe } from '../describe.js';
import type { Layout } from '../layout.js';
import type { Overrides } from '../overrides.js';
import { formatName } from '../samples.js';
import type { ReadSettings } from '../settings.js';
import type { ByteSource } from '../source.js';
import { type Diagnosis, layoutNames, settingLines } from './diagnosis.js';
import { readHeaderBlock } from './header-scan.js';
import { type LayoutHypothesis, layoutHypotheses, printableShare } from './layouts.js';
import { type SurveyFindings, surveyVerdicts } from './survey-verdicts.js';
import { type TextHints, textHints } from './text-hints.js';
import { levelOf, type Verdict, verdictOf } from './verdict.js';

/**
 * How a file of unknown making is to be read: scores readings of its layout, then what its trace headers hold, and
 * says how sure it is of each. Reads a bounded part: file headers, 24 traces a reading, 12,000 trace headers of the
 * best. `isSu`: by the ending of its name.
 */
export async function diagnose(source: ByteSource, isSu = false): Promise<Diagnosis> {
  const readings = await layoutHypotheses(source, isSu);
  const best = readings[0];
  if (!best) return unreadable(['no reading of the headers finds a single whole trace']);
  // Against "no seismic file at all", which needs no evidence: a reading has to earn its points.
  const confidence = 1 / (1 + Math.exp(6 - best.score));
  if (best.score < 2)
    return unreadable(
      ['the best reading of it does not look like seismic traces', ...Object.values(best.because).flat()],
      confidence,
    );
  const { layout } = best;
  const hints = textHints(layout.text);
  const block = await readHeaderBlock(source, layout.trace);
  const survey = surveyVerdicts(layout, block, hints);
  const settings: ReadSettings = {
    ...(await fewestSettings(source, best, isSu)),
    ...survey.settings,
    ...depthSettings(layout, hints),
  };
  return {
    readable: true,
    confidence,
    verdicts: [...layoutVerdicts(readings), ...axisVerdicts(layout, hints), ...survey.verdicts],
    settings,
    lines: settingLines(settings),
    remarks: remarksOf(layout, survey),
  };
}

const unreadable = (remarks: readonly string[], confidence = 0): Diagnosis => ({
  readable: false,
  confidence,
  verdicts: [],
  settings: {},
  lines: [],
  remarks,
});

function layoutVerdicts(readings: readonly LayoutHypothesis[]): Verdict[] {
  type Question = keyof LayoutHypothesis['because'];
  const by = (question: string, of: Question, answer: (layout: Layout) => string) =>
    verdictOf(
      question,
      readings.map(({ score, layout, because }) => ({
        score,
        answer: answer(layout),
        evidence: because[of],
      })),
    );
  const { layout } = readings[0]!;
  const verdicts = [
    by('file kind', 'kind', ({ kind }) => (kind === 'su' ? 'Seismic Unix, no file header' : 'SEG-Y')),
    by('byte order', 'order', ({ trace }) => `${trace.endian} endian`),
    by('sample format', 'format', ({ trace }) => `${trace.format} (${formatName(trace.format)})`),
    by('samples a trace', 'samples', ({ trace }) => String(trace.samples)),
  ];
  return layout.kind === 'su' ? verdicts : [...verdicts, textVerdict(layout)];
}

function textVerdict({ text, textEncoding }: Layout): Verdict {
  const empty = text.every((line) => /^[\s\0]*$/.test(line));
  const readable = printableShare(Buffer.from(text.join(''), 'latin1'), 'ascii');
  const confidence = empty ? 0.5 : Math.min(0.999, Math.max(0.5, readable));
  return {
    question: 'text header',
    answer: textEncoding.toUpperCase(),
    confidence,
    level: levelOf(confidence),
    evidence: [
      empty
        ? 'the text header is empty'
        : `${Math.round(100 * readable)} % of it are printable characters so`,
    ],
    others: [],
  };
}

/** Microseconds that time sections are sampled at. */
const usualIntervals = new Set([125, 250, 500, 1000, 2000, 3000, 4000, 5000, 6000, 8000, 10_000]);

function axisVerdicts(layout: Layout, hints: TextHints): Verdict[] {
  const { axis, binary } = layout;
  const stored = axis.step * 1000;
  const usual = usualIntervals.has(stored);
  const interval = verdictOf('sample interval', [
    {
      answer: axis.unit === 'samples' ? 'unknown' : `${axis.step} ${axis.unit}`,
      score: axis.unit === 'samples' ? -1 : usual ? 5 : 1.5,
      evidence:
        axis.unit === 'samples'
          ? ['neither file header nor trace header states it: give interval']
          : [
              `${binary['Interval'] ? 'the file header' : 'the first trace header'} gives ${stored}${usual ? ', as is usual' : ''}`,
            ],
    },
    { answer: 'another', score: 0, evidence: [] },
  ]);
  const stated = layout.axis.domain === 'depth';
  const domain = verdictOf('vertical axis', [
    {
      answer: 'time',
      score: stated ? -4 : hints.depth === undefined ? (usual ? 5 : 1.5) : 0,
      evidence: ['nothing in the headers speaks of depth'],
    },
    {
      answer: 'depth',
      score: stated ? 6 : hints.depth === undefined ? 0 : 3.5,
      evidence: [
        stated ? 'trace identification code 27' : `line ${hints.depth} of the text header speaks of depth`,
      ],
    },
  ]);
  return [interval, domain];
}

const depthSettings = ({ axis, binary }: Layout, hints: TextHints): ReadSettings =>
  axis.domain === 'depth' || hints.depth === undefined
    ? {}
    : { domain: 'depth', ...(hints.feet && binary['MeasurementSystem'] !== 2 && { unit: 'ft' as const }) };

/** The fewest of a reading's settings with which the reader comes to the same layout. At most 64 descriptions. */
async function fewestSettings(
  source: ByteSource,
  { settings, layout }: LayoutHypothesis,
  isSu: boolean,
): Promise<Overrides> {
  const names = layoutNames.filter((name) => settings[name] !== undefined || name === 'kind');
  const all: Overrides = { ...settings, kind: layout.kind };
  const kindByName: Overrides = { kind: isSu ? 'su' : 'segy' };
  const subsets = Array.from({ length: 2 ** names.length }, (_, bits) =>
    names.filter((_name, i) => (bits >> i) & 1),
  ).sort((a, b) => a.length - b.length);
  for (const subset of subsets) {
    const some = Object.fromEntries(subset.map((name) => [name, all[name]])) as Overrides;
    const read = await describe(source, { ...kindByName, ...some });
    if (read.ok && JSON.stringify(read.value.trace) === JSON.stringify(layout.trace)) return some;
  }
  return all;
}

function remarksOf(layout: Layout, { geometry }: SurveyFindings): string[] {
  const notes = layout.notes
    .filter(({ code }) => code !== 'segy/maybe-depth' && code !== 'segy/no-interval')
    .map(({ message }) => message);
  return geometry === 'none' && layout.trace.traces > 1
    ? [...notes, 'no field numbers the traces as lines or CDPs: what is read has positions of 0']
    : notes;
}
