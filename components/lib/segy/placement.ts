import { readField } from './binary.js';
import { countToEndText } from './extended.js';
import type { Facts } from './facts.js';
import { binaryHeaderBytes, textHeaderBytes, traceHeaderBytes } from './headers.js';
import type { TraceLayout } from './layout.js';
import { explainMisfit } from './misfit.js';
import type { Result, SegyProblem } from './problem.js';
import { bad, ok } from './problem.js';
import { sampleBytes } from './samples.js';
import { findTrailer } from './trailer.js';

export const fileHeaderBytes = textHeaderBytes + binaryHeaderBytes;

export interface Placement {
  readonly trace: TraceLayout;
  readonly extendedHeaders: number;
  readonly trailerBytes: number;
  readonly trailingBytes: number;
  readonly notes: readonly SegyProblem[];
}

/** One way to read the counts in the headers. */
interface Reading {
  readonly start: number;
  readonly extra: number;
  readonly trailerBytes: number;
}

/**
 * Where the traces lie. Headers give the number of extended text headers, additional trace headers and trailer
 * stanzas, often wrongly; of the ways to read them the first is taken that leaves whole traces, else the plainest,
 * and the file is then said to be cut.
 */
export async function placeTraces(facts: Facts): Promise<Result<Placement>> {
  const { source, given, encoding } = facts;
  const extended = await extendedHeaders(facts);
  if (!extended.ok) return extended;
  const starts = startsOf(facts, extended.value);
  const samples = await samplesOf(facts, starts[0]);
  if (!samples.ok) return samples;

  const sampled = samples.value * sampleBytes(encoding.format);
  const strideOf = (extra: number) => traceHeaderBytes * (1 + extra) + sampled;
  const extras = extraHeaders(facts);
  const trailers = await trailersOf(facts, starts[0], strideOf(extras[0]));
  const readings: Reading[] = starts.flatMap((start) =>
    trailers.flatMap((trailerBytes) => extras.map((extra) => ({ start, extra, trailerBytes }))),
  );
  const roomOf = ({ start, trailerBytes }: Reading) => source.size - start - trailerBytes;
  const isWhole = (reading: Reading) => roomOf(reading) % strideOf(reading.extra) === 0;
  const chosen = readings.find(isWhole) ?? readings[0];

  const stride = strideOf(chosen.extra);
  const traces = Math.max(0, Math.floor(roomOf(chosen) / stride));
  const trailingBytes = roomOf(chosen) - traces * stride;
  const trace: TraceLayout = {
    firstTrace: chosen.start,
    stride,
    headerBytes: stride - sampled,
    traces,
    samples: samples.value,
    format: encoding.format,
    endian: encoding.endian,
    window: [0, samples.value - 1],
  };
  const notes: SegyProblem[] = [];
  if (trailingBytes !== 0) {
    const misfit = await explainMisfit(facts, trace, trailingBytes);
    if (given.truncated !== 'keep_whole') return { ok: false, problem: misfit };
    notes.push(misfit);
  }
  return ok({
    trace,
    extendedHeaders: extended.value,
    trailerBytes: chosen.trailerBytes,
    trailingBytes,
    notes,
  });
}

async function extendedHeaders({ source, binary, given }: Facts): Promise<Result<number>> {
  const count = given.extended_headers ?? binary.ExtendedHeaders;
  if (count === -1) return countToEndText(source, fileHeaderBytes);
  if (count < 0) return ok(0);
  if (fileHeaderBytes + count * textHeaderBytes <= source.size) return ok(count);
  return bad(
    'extended-headers',
    3505,
    `bytes 3505–3506 announce ${count} extended text headers, more than the file can hold`,
    'give their number with extended_headers, 0 if there are none',
  );
}

/** Possible offsets of the first trace, best first. */
function startsOf({ source, binary, revision, given }: Facts, extended: number): number[] {
  if (given.first_trace !== undefined) return [given.first_trace - 1];
  const counted = fileHeaderBytes + extended * textHeaderBytes;
  const stated = revision >= 2 ? binary.FirstTraceOffset : 0;
  const starts = stated >= fileHeaderBytes && stated <= source.size ? [stated, counted] : [counted];
  return given.extended_headers === undefined ? [...starts, fileHeaderBytes] : starts;
}

/** Possible numbers of additional trace headers, best first. */
function extraHeaders({ source, binary, revision, given, encoding }: Facts): number[] {
  if (given.extra_trace_headers !== undefined) return [given.extra_trace_headers];
  const { MaxAdditionalTraceHeaders, SurveyType } = binary;
  // Revision 2.0 counts in the four bytes 3507–3510, of which revision 2.1 keeps the first two.
  const wide = encoding.endian === 'big' ? MaxAdditionalTraceHeaders * 65536 + SurveyType : 0;
  const stated = [MaxAdditionalTraceHeaders, wide].filter(
    (count) => count > 0 && count * traceHeaderBytes < source.size,
  );
  return revision >= 2 ? [...stated, 0] : [0, ...stated];
}

/** Possible lengths of the data trailer, best first. */
async function trailersOf(
  { source, binary, revision }: Facts,
  start: number,
  stride: number,
): Promise<number[]> {
  if (revision < 2) return [0];
  if (binary.TrailerStanzas === -1) return [await findTrailer(source, start, stride), 0];
  const counted = binary.TrailerStanzas * textHeaderBytes;
  return counted > 0 && counted <= source.size - start ? [counted, 0] : [0];
}

/** Given; extended count (revision 2); bytes 3221–3222; else the count in the first trace header. */
async function samplesOf(
  { source, binary, revision, encoding, fields, given }: Facts,
  start: number,
): Promise<Result<number>> {
  const extended = revision >= 2 ? binary.ExtSamples : 0;
  const stated = given.samples ?? (extended > 0 ? extended : binary.Samples);
  if (stated > 0) return ok(stated);
  const field = fields.TRACE_SAMPLE_COUNT;
  const counted = readField(await source.read(start, traceHeaderBytes), field, encoding.endian);
  if (counted > 0) return ok(counted);
  return bad(
    'zero-samples',
    3221,
    `the number of samples a trace is 0 in the binary header and in the first trace header (byte ${start + field.byte})`,
    'give samples',
  );
}
