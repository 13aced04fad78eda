import { axisOf } from './axis.js';
import { readField, readFields } from './binary.js';
import type { Endian } from './fields.js';
import { traceFields, traceHeaderBytes } from './headers.js';
import type { Layout } from './layout.js';
import type { Overrides } from './overrides.js';
import { movedFields } from './overrides.js';
import type { Result } from './problem.js';
import { bad, ok } from './problem.js';
import type { ByteSource } from './source.js';

/**
 * A Seismic Un*x file: traces from the first byte on, each a SEG-Y trace header and IEEE float32 samples in the byte
 * order of the machine that wrote it: the order in which the first header's sample count fits the size of the file.
 */
export async function describeSu(source: ByteSource, given: Overrides): Promise<Result<Layout>> {
  const fields = movedFields(traceFields, given.fields);
  const header = await source.read(0, traceHeaderBytes);
  if (header.length < traceHeaderBytes) {
    return bad(
      'truncated-header',
      source.size + 1,
      `the file ends after ${source.size} bytes, inside its first ${traceHeaderBytes}-byte trace header`,
      'fetch the file again',
    );
  }
  const field = fields.TRACE_SAMPLE_COUNT;
  const samplesIn = (endian: Endian) => given.samples ?? readField(header, field, endian);
  const strideIn = (endian: Endian) => traceHeaderBytes + 4 * samplesIn(endian);
  const orders: readonly Endian[] = given.endian ? [given.endian] : ['little', 'big'];
  const possible = orders.filter((order) => samplesIn(order) > 0);
  if (possible.length === 0) {
    return bad('zero-samples', field.byte, 'the first trace header gives 0 samples', 'give samples');
  }
  const endian =
    possible.find((order) => source.size % strideIn(order) === 0) ??
    possible.reduce((a, b) => (samplesIn(b) < samplesIn(a) ? b : a));
  const samples = samplesIn(endian);
  const stride = strideIn(endian);
  const traces = Math.floor(source.size / stride);
  const trailingBytes = source.size - traces * stride;
  if (trailingBytes !== 0 && given.truncated !== 'keep_whole') {
    return bad(
      'truncated-trace',
      traces * stride + 1,
      `trace ${traces + 1} of ${stride} bytes begins at byte ${traces * stride + 1} and the file ends after ${trailingBytes} of them`,
      `truncated: keep_whole reads the ${traces} whole traces; else give samples and endian, or kind: segy`,
    );
  }
  const first = readFields(header, fields, endian);
  return ok({
    kind: 'su',
    size: source.size,
    trace: {
      firstTrace: 0,
      stride,
      headerBytes: traceHeaderBytes,
      traces,
      samples,
      format: 5,
      endian,
      window: [0, samples - 1],
    },
    axis: axisOf({}, first, 0, given),
    revision: [0, 0],
    statesEndian: false,
    textEncoding: 'ascii',
    text: [],
    extendedText: [],
    binary: {},
    extraTraceHeaders: 0,
    extension1: false,
    trailerBytes: 0,
    trailingBytes,
    binaryFields: {},
    fields,
    notes: [],
  });
}
