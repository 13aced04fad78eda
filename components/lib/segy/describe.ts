import type { Axis } from './axis.js';
import { axisOf } from './axis.js';
import { effectiveRevision, encodingOf, readFields } from './binary.js';
import { readExtendedText } from './extended.js';
import type { Facts } from './facts.js';
import { binaryFields, textHeaderBytes, traceFields, traceHeaderBytes } from './headers.js';
import type { Layout } from './layout.js';
import type { Overrides } from './overrides.js';
import { checkPositions, fieldsWithin, movedFields } from './overrides.js';
import type { Placement } from './placement.js';
import { fileHeaderBytes, placeTraces } from './placement.js';
import type { Result, SegyProblem } from './problem.js';
import { bad, ok } from './problem.js';
import type { ByteSource } from './source.js';
import { describeSu } from './su.js';
import { decodeText, detectEncoding, lineLength, textLines } from './text.js';

/**
 * Finds out how a SEG-Y file (revision 0 – 2.1, or SU if asked) is laid out, from its headers and its size. Reads
 * the file headers, extended text headers and the first trace header; further trace headers only where the size
 * does not fit. The first fault that hinders reading comes back as a problem, naming the byte.
 */
export async function describe(source: ByteSource, given: Overrides = {}): Promise<Result<Layout>> {
  const misplaced = checkPositions(given.binary, textHeaderBytes + 1, fileHeaderBytes, 'binary header');
  if (misplaced) return { ok: false, problem: misplaced };
  const described = await (given.kind === 'su' ? describeSu : describeSegy)(source, given);
  if (!described.ok) return described;
  const { headerBytes } = described.value.trace;
  const outside = checkPositions(given.fields, 1, headerBytes, 'trace header');
  if (outside) return { ok: false, problem: outside };
  const { coordinate_scalar: coordinateScalar } = given;
  return ok({
    ...described.value,
    fields: fieldsWithin(described.value.fields, headerBytes),
    ...(coordinateScalar !== undefined && { coordinateScalar }),
  });
}

async function describeSegy(source: ByteSource, given: Overrides): Promise<Result<Layout>> {
  if (source.size < fileHeaderBytes) {
    return bad(
      'truncated-header',
      source.size + 1,
      `the file ends after ${source.size} bytes, inside its ${fileHeaderBytes}-byte file header`,
      'fetch the file again; a file without file header is read with kind: su',
    );
  }
  const header = await source.read(0, fileHeaderBytes);
  const binaryTable = movedFields(binaryFields, given.binary);
  const encoding = encodingOf(header, binaryTable, given);
  if (!encoding.ok) return encoding;
  const { endian, stated } = encoding.value;
  const binary = readFields(header, binaryTable, endian);
  const revision = effectiveRevision(binary.SEGYRevision, binary.SEGYRevisionMinor, stated);
  const fields = movedFields(traceFields, given.fields);
  const facts: Facts = { source, given, binary, revision, encoding: encoding.value, fields };
  const placement = await placeTraces(facts);
  if (!placement.ok) return placement;

  const textBytes = header.subarray(0, textHeaderBytes);
  const textEncoding = given.text_encoding ?? detectEncoding(textBytes);
  const text = textLines(textBytes, textEncoding);
  const fromTrace = await fromFirstTrace(facts, placement.value);
  const { trace, extendedHeaders, trailerBytes, trailingBytes } = placement.value;
  const before = Math.max(0, Math.floor((trace.firstTrace - fileHeaderBytes) / textHeaderBytes));
  return ok({
    kind: 'segy',
    size: source.size,
    trace,
    ...fromTrace,
    notes: [...fromTrace.notes, ...depthNote(text, given, fromTrace.axis)],
    revision: [binary.SEGYRevision, binary.SEGYRevisionMinor],
    statesEndian: stated,
    textEncoding,
    text,
    extendedText: await readExtendedText(source, fileHeaderBytes, Math.min(before, extendedHeaders)),
    binary,
    extraTraceHeaders: trace.headerBytes / traceHeaderBytes - 1,
    trailerBytes,
    trailingBytes,
    binaryFields: binaryTable,
    fields,
  });
}

async function fromFirstTrace(
  { source, given, binary, revision, fields, encoding }: Facts,
  { trace, notes }: Placement,
): Promise<Pick<Layout, 'axis' | 'notes' | 'extension1'>> {
  const bytes = await source.read(trace.firstTrace, trace.traces > 0 ? trace.headerBytes : 0);
  const first = readFields(bytes, fields, encoding.endian);
  const axis = axisOf(binary, first, revision, given);
  const more: SegyProblem[] = [];
  const note = (code: string, byte: number, message: string, hint: string) =>
    more.push({ code: `segy/${code}`, byte, message, hint });
  if (axis.unit === 'samples') {
    note(
      'no-interval',
      3217,
      'no header states the sample interval; the axis counts samples',
      'give interval',
    );
  }
  if (trace.traces === 0) {
    note(
      'no-traces',
      trace.firstTrace + 1,
      'the file ends after its headers: it has no trace',
      'fetch it again',
    );
  } else if (first.TRACE_SAMPLE_COUNT !== 0 && first.TRACE_SAMPLE_COUNT !== trace.samples) {
    note(
      'sample-counts-differ',
      trace.firstTrace + fields.TRACE_SAMPLE_COUNT.byte,
      `the first trace header gives ${first.TRACE_SAMPLE_COUNT} samples, the file is read with ${trace.samples}`,
      'give samples if that is wrong',
    );
  }
  return { axis, notes: [...notes, ...more], extension1: hasExtension1(bytes) };
}

/** A time axis under a text header that speaks of depth: no header field tells the two apart before revision 2. */
function depthNote(text: readonly string[], given: Overrides, axis: Axis): SegyProblem[] {
  const line = text.findIndex((words) =>
    /\b(PSDM|IN DEPTH|DEPTH[ -](DOMAIN|MIGRATED|MIGRATION))\b/i.test(words),
  );
  if (line === -1 || given.domain || axis.domain === 'depth') return [];
  return [
    {
      code: 'segy/maybe-depth',
      byte: line * lineLength + 1,
      message: `line ${line + 1} of the text header speaks of depth; the axis is read as time`,
      hint: 'give domain: depth, or domain: time if it is time',
    },
  ];
}

/** Extension 1 has its name in its last eight bytes. */
const hasExtension1 = (headers: Uint8Array): boolean => {
  const name = headers.subarray(2 * traceHeaderBytes - 8, 2 * traceHeaderBytes);
  return (['ascii', 'ebcdic'] as const).some((encoding) => decodeText(name, encoding) === 'SEG00001');
};
