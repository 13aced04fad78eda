import { columnsOf } from '#dist/components/lib/segy/columns.js';
import { describe as describeFile } from '#dist/components/lib/segy/describe.js';
import { diagnose } from '#dist/components/lib/segy/doctor/diagnose.js';
import type { Diagnosis } from '#dist/components/lib/segy/doctor/diagnosis.js';
import { geometryOf } from '#dist/components/lib/segy/geometry.js';
import type { Layout } from '#dist/components/lib/segy/layout.js';
import { readHeaders } from '#dist/components/lib/segy/reader.js';
import { overridesOf, type ReadSettings } from '#dist/components/lib/segy/settings.js';
import { bytesSource } from '#dist/components/lib/segy/source.js';
import { type Expected, expected, fileBytes } from '../support.js';
import { mutations } from './mutations.js';

/** Right, wrong, or not asked of this file. */
export type Mark = boolean | undefined;
export interface Outcome {
  readonly file: string;
  readonly mutation: string;
  readonly diagnosis: Diagnosis;
  readonly marks: Readonly<Record<string, Mark>>;
  readonly found: string;
}

interface Read {
  readonly layout: Layout;
  readonly headers: Readonly<Record<string, ArrayLike<number>>>;
}

async function readWith(bytes: Uint8Array, settings: ReadSettings, name: string): Promise<Read | undefined> {
  const source = bytesSource(bytes);
  const found = await describeFile(source, overridesOf(settings, name));
  if (!found.ok) return undefined;
  const names = ['INLINE_3D', 'CROSSLINE_3D', 'offset', 'CDP', 'CDP_X', 'CDP_Y'];
  return {
    layout: found.value,
    headers: await readHeaders(source, found.value.trace, columnsOf(found.value, names)),
  };
}

const same = (a: ArrayLike<number>, b: ArrayLike<number>): boolean =>
  a.length === b.length && Array.from(a).every((value, i) => Math.abs(value - b[i]) <= 1e-6 * Math.abs(b[i]));

const geometryOfRead = ({ headers }: Read) =>
  geometryOf({
    inline: headers.INLINE_3D,
    crossline: headers.CROSSLINE_3D,
    offset: headers.offset,
    cdp: headers.CDP,
    x: headers.CDP_X,
    y: headers.CDP_Y,
  });

/** What the file is read as with the doctor's settings, against the truth of expected.json. */
export async function outcomesOf(
  file: string,
  only: (mutation: string) => boolean = () => true,
): Promise<Outcome[]> {
  const entry = expected[file] as Expected;
  const original = fileBytes(file);
  const keep = { truncated: 'keep_whole', kind: entry.kind } as const;
  const truth = await readWith(original, keep, file);
  if (!truth) return [];
  const trueGeometry = geometryOfRead(truth);
  const outcomes: Outcome[] = [];
  for (const [mutation, mutate] of Object.entries(mutations)) {
    if (!only(mutation)) continue;
    const bytes = mutate(original, truth.layout);
    if (!bytes) continue;
    const diagnosis = await diagnose(bytesSource(bytes), /\.su$/.test(file));
    const read = await readWith(bytes, diagnosis.settings, file);
    const { trace } = truth.layout;
    const endian = mutation === 'bytes swapped whole' ? other(trace.endian) : trace.endian;
    const found = read?.layout.trace;
    // Lines that no field of the changed file holds any more can only be missed, not be made up.
    const is3d = trueGeometry.kind === '3d' && holdsLines(bytes, truth, endian);
    const hasPlaces = Array.from(truth.headers.CDP_X).some(
      (value, i) => value !== truth.headers.CDP_X[0] || truth.headers.CDP_Y[i] !== truth.headers.CDP_Y[0],
    );
    const marks: Record<string, Mark> = {
      opens: diagnosis.readable && read !== undefined,
      'byte order': found?.endian === endian,
      format: found?.format === trace.format,
      samples: found?.samples === trace.samples,
      traces: found?.traces === trace.traces && found?.firstTrace === trace.firstTrace,
      lines: is3d
        ? read !== undefined &&
          same(read.headers.INLINE_3D, truth.headers.INLINE_3D) &&
          same(read.headers.CROSSLINE_3D, truth.headers.CROSSLINE_3D)
        : undefined,
      'no grid where there is none':
        is3d || trace.traces < 2 ? undefined : read !== undefined && geometryOfRead(read).kind !== '3d',
      places:
        is3d && hasPlaces
          ? read !== undefined &&
            same(read.headers.CDP_X, truth.headers.CDP_X) &&
            same(read.headers.CDP_Y, truth.headers.CDP_Y)
          : undefined,
    };
    const show = found ? `${found.endian} fmt${found.format} ns${found.samples} nt${found.traces}` : 'unread';
    outcomes.push({ file, mutation, diagnosis, marks, found: `${show} | ${diagnosis.lines.join('; ')}` });
  }
  return outcomes;
}

/** Whether inline and crossline numbers stand anywhere in the trace headers, as 32-bit integers. */
function holdsLines(bytes: Uint8Array, { layout, headers }: Read, endian: 'big' | 'little'): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { firstTrace, stride, traces } = layout.trace;
  const stands = (numbers: ArrayLike<number>) => {
    for (let at = 0; at <= 236; at += 2) {
      let equal = true;
      for (let i = 0; equal && i < traces; i++)
        equal = view.getInt32(firstTrace + i * stride + at, endian === 'little') === numbers[i];
      if (equal) return true;
    }
    return false;
  };
  return stands(headers.INLINE_3D) && stands(headers.CROSSLINE_3D);
}

const other = (endian: 'big' | 'little') => (endian === 'big' ? 'little' : 'big');

/** Files with traces whose headers mean something: those of increment and long.sgy are made to be extreme. */
export const measured = Object.entries(expected)
  .filter(([name, entry]) => entry.traces > 0 && !/increment|long\.sgy/.test(name))
  .map(([name]) => name);

/** Real surveys and recordings; the others are a few traces of made-up numbers. */
export const isReal = (file: string): boolean =>
  /f3|Format|viking|volve|padding|WL|obspy|cdp700|stack/.test(file);

/** What was wrong, in words. */
export const wrongs = (outcomes: readonly Outcome[]): string[] =>
  outcomes.flatMap(({ mutation, marks, found }) =>
    Object.entries(marks).flatMap(([what, mark]) =>
      mark === false ? [`${mutation}: ${what} (${found})`] : [],
    ),
  );
