import type { Layout } from '../layout.js';
import type { LineSection } from './section.js';
import { sectionFacts } from './section.js';
import type { Survey } from './survey.js';

/** Something about a file that one should know before trusting it. */
export interface Finding {
  readonly message: string;
  readonly hint: string;
}

const ask = 'toolbox segy doctor looks for the bytes that hold them';

/** What looks odd in headers, geometry and the samples of one line of a file that can be read. */
export function findingsOf(layout: Layout, survey?: Survey, section?: LineSection): Finding[] {
  const notes = layout.notes.map(({ byte, message, hint }) => ({
    message: `byte ${byte}: ${message}`,
    hint,
  }));
  const text = layout.kind === 'segy' && layout.text.every((line) => wordsOf(line) === '');
  return [
    ...notes,
    ...(text
      ? [{ message: 'the text header is empty', hint: 'nothing says where the file comes from' }]
      : []),
    ...(survey ? [...linesOf(layout, survey), ...coordinatesOf(survey), ...headersOf(layout, survey)] : []),
    ...(section ? samplesOf(section) : []),
  ];
}

/** A line of the text header without its `C12`. */
export const wordsOf = (line: string): string => line.replace(/^C\s*\d+/, '').trim();

function linesOf(layout: Layout, { geometry, all, seen, repeated }: Survey): Finding[] {
  const found: Finding[] = [];
  const { bins, missing, cdps } = geometry;
  if (geometry.kind === 'none' && layout.trace.traces > 1)
    found.push({
      message: `no header field tells the ${layout.trace.traces} traces apart as a line or a grid`,
      hint: ask,
    });
  else if (all && repeated > 0)
    found.push({
      message: `${repeated} traces have ${cdps ? 'CDP' : 'inline, crossline'} and offset of an earlier one`,
      hint: `they are copies, or what tells them apart stands at other bytes: toolbox segy doctor`,
    });
  if (all && missing > 0)
    found.push({
      message: `${missing} of the ${bins} places of the grid have no trace`,
      hint: 'the survey is not a full rectangle, or traces are lost',
    });
  if (!all)
    found.push({
      message: `of ${layout.trace.traces} traces ${seen} were looked at, spread over the file`,
      hint: 'ranges, steps and fold are of these',
    });
  return found;
}

function coordinatesOf({ coordinates, geometry, scalars, coordinateUnits, x, y }: Survey): Finding[] {
  if (coordinates === 'none') return [{ message: 'the traces have no coordinates', hint: ask }];
  const found: Finding[] = [];
  const { grid, binSize } = geometry;
  if (grid && binSize && grid.residual.rms > 0.5 * Math.min(binSize.inline, binSize.crossline))
    found.push({
      message: `the coordinates miss the grid of lines by ${grid.residual.rms.toPrecision(3)} (rms), bins are ${binSize.inline.toPrecision(3)} by ${binSize.crossline.toPrecision(3)}`,
      hint: 'line numbers or coordinates stand at other bytes: toolbox segy doctor',
    });
  if (scalars.length > 1)
    found.push({
      message: `traces have different coordinate scalars: ${scalars.join(', ')}`,
      hint: 'coordinate_scalar sets one for all, if that is wrong',
    });
  const reach = Math.max(...[x, y].flatMap((range) => (range ? [-range.from, range.to] : [0])));
  if (coordinateUnits === 3 && reach > 360)
    found.push({
      message: `coordinates are said to be degrees (bytes 89–90) and reach ${reach}`,
      hint: 'they are read as lengths',
    });
  return found;
}

function headersOf({ trace, binary, kind }: Layout, { sampleCounts, intervals }: Survey): Finding[] {
  const found: Finding[] = [];
  if (sampleCounts.length > 1)
    found.push({
      message: `trace headers give different numbers of samples: ${sampleCounts.join(', ')}; ${trace.samples} are read`,
      hint: 'give samples if that is wrong',
    });
  const stated = binary['Interval'] ?? 0;
  const others = intervals.filter((value) => value !== 0 && value !== stated);
  if (kind === 'segy' && stated > 0 && others.length > 0)
    found.push({
      message: `the file header gives an interval of ${stated}, trace headers ${others.join(', ')}`,
      hint: 'give interval if the first is wrong',
    });
  return found;
}

function samplesOf(section: LineSection): Finding[] {
  const { dead, broken } = sectionFacts(section);
  const count = section.traces.length;
  return [
    ...(broken > 0
      ? [
          {
            message: `${broken} samples of the ${count} traces of ${section.title} are NaN or infinite`,
            hint: 'the sample format may be another: toolbox segy doctor',
          },
        ]
      : []),
    ...(dead > 0
      ? [
          {
            message: `${dead} of the ${count} traces of ${section.title} are dead`,
            hint: 'all samples are 0',
          },
        ]
      : []),
  ];
}
