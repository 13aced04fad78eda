import { unscaled } from './axis.js';
import { columnsOf, encodeColumn } from './columns.js';
import { readNumber, viewOf, writeNumber } from './fields.js';
import { textHeaderBytes } from './headers.js';
import type { Layout, TraceLayout } from './layout.js';
import { windowLength } from './layout.js';
import type { Result } from './problem.js';
import { bad, ok } from './problem.js';
import type { Provenance } from './provenance.js';
import { addProvenance } from './provenance.js';
import type { Run, Selection } from './reader.js';
import { runs, samplesIn, selected, traceBytes, tracesPerBlock } from './reader.js';
import type { FormatCode } from './samples.js';
import { encodeSamples, sampleBytes } from './samples.js';
import type { ByteSink } from './sink.js';
import type { ByteSource } from './source.js';
import { floatBits } from './words.js';

/** A block of traces on its way from one file to another. */
export interface EditBlock {
  /** Row of the first trace in the selection. */
  readonly row: number;
  readonly count: number;
  /** Row-major count × window length; change it in place. */
  readonly samples: Float32Array;
  /** Sets a trace-header field of every trace in the block; scalars before what they scale. */
  set(name: string, values: ArrayLike<number>): void;
}

export interface CopyOptions {
  /** Which traces, in which order. Default: all. */
  readonly selection?: Selection;
  /** Sample format of the new file. Default: that of the old one. */
  readonly format?: FormatCode;
  readonly edit?: (block: EditBlock) => void | Promise<void>;
  /** Name and version of the tool, for the text header. */
  readonly tool: string;
  /** What `edit` does, for the text header: "amplitudes replaced by predicted facies". */
  readonly change?: string;
}

export interface CopySummary {
  readonly layout: TraceLayout;
  /** Samples that the format could not hold. */
  readonly lost: number;
  /** Absent when nothing was changed. */
  readonly provenance?: Provenance;
}

/**
 * Writes a file anew: all of it, a selection of its traces, the samples of the layout's window, another sample
 * format, or edited. File header, extended text, every trace header and trailer stanzas are kept as bytes, and
 * traces whose samples did not change are too, so that a copy without changes is the same file. Only a change
 * writes a line into the text header, saying what was done. A window moves the recording delay of each trace, which
 * headers hold in whole milliseconds (or metres) unless a scalar says otherwise: it is rounded to that.
 */
export async function copySegy(
  source: ByteSource,
  layout: Layout,
  sink: ByteSink,
  options: CopyOptions,
): Promise<Result<CopySummary>> {
  const old = layout.trace;
  const selection = options.selection ?? { first: 0, count: old.traces };
  const target = targetLayout(old, selected(selection), options.format ?? old.format);
  const reshaped = target.format !== old.format || target.samples !== old.samples;
  if (target.samples !== old.samples && target.samples > 65535 && !(layout.binary.ExtSamples > 0)) {
    return bad(
      'too-long',
      3221,
      `${target.samples} samples do not fit the header`,
      'choose a shorter window',
    );
  }
  const whole = options.selection === undefined;
  let changed = reshaped || !whole;
  let lost = 0;
  for (const run of runs(selection, tracesPerBlock(old))) {
    const bytes = await traceBytes(source, old, run);
    const samples = new Float32Array(options.edit || reshaped ? run.count * target.samples : 0);
    if (samples.length > 0) samplesIn(bytes, old, run.count, samples);
    const before = { bytes: options.edit ? bytes.slice() : bytes, samples: samples.slice() };
    const fault = await edit(options, layout, run, bytes, samples);
    if (fault) return fault;
    const written = reshaped
      ? reshape(layout, target, run.count, bytes, samples)
      : replaceChanged(target, run.count, bytes, samples, before.samples);
    lost += written.lost;
    changed ||= options.edit !== undefined && Buffer.compare(before.bytes, written.bytes) !== 0;
    await sink.write(target.firstTrace + run.row * target.stride, written.bytes);
  }
  const header = await source.read(0, old.firstTrace);
  if (changed) patchBinaryHeader(header, layout, target);
  const message = changed ? describeChange(layout, target, options) : undefined;
  const provenance =
    message && layout.kind === 'segy'
      ? addProvenance(header.subarray(0, textHeaderBytes), layout.textEncoding, message)
      : undefined;
  await sink.write(0, header);
  await copyTail(source, layout, sink, target, whole && !reshaped);
  return ok(provenance ? { layout: target, lost, provenance } : { layout: target, lost });
}

function targetLayout(old: TraceLayout, traces: number, format: FormatCode): TraceLayout {
  const samples = windowLength(old);
  const stride = old.headerBytes + samples * sampleBytes(format);
  return { ...old, traces, samples, format, stride, window: [0, samples - 1] };
}

async function edit(
  options: CopyOptions,
  layout: Layout,
  { row, count }: Run,
  bytes: Uint8Array,
  samples: Float32Array,
): Promise<Result<never> | undefined> {
  let fault: Result<never> | undefined;
  const set = (name: string, values: ArrayLike<number>) => {
    const [column] = columnsOf(layout, [name]);
    const { stride, endian, firstTrace } = layout.trace;
    const wrong = column ? encodeColumn(column, bytes, count, stride, endian, values, 0) : 0;
    if (wrong === undefined) return;
    fault ??= bad(
      'header-value',
      firstTrace + (row + wrong) * stride + (column?.field.byte ?? 1),
      column
        ? `${values[wrong]} does not fit the trace-header field ${name} (${column.field.type})`
        : `no trace-header field is called ${name}`,
      'give a position and type for the field, or another scalar',
    );
  };
  await options.edit?.({ row, count, samples, set });
  return fault;
}

interface Written {
  readonly bytes: Uint8Array;
  readonly lost: number;
}

/** Encodes only the traces whose samples changed, in place: all others keep their bytes. */
function replaceChanged(
  { headerBytes, stride, samples: length, format, endian }: TraceLayout,
  count: number,
  bytes: Uint8Array,
  samples: Float32Array,
  before: Float32Array,
): Written {
  let lost = 0;
  const now = floatBits(samples, 0, samples.length);
  const then = floatBits(before, 0, before.length);
  for (let trace = 0; trace < count && samples.length > 0; trace++) {
    const from = trace * length;
    let same = true;
    for (let i = from; i < from + length && same; i++) same = now[i] === then[i];
    if (same) continue;
    const first = trace * stride + headerBytes;
    lost += encodeSamples(
      samples,
      { format, endian, first, stride, traces: 1, samples: length },
      bytes,
      from,
    );
  }
  return { bytes, lost };
}

/** New sample bytes behind the old headers, whose sample count and delay are put right. */
function reshape(
  layout: Layout,
  target: TraceLayout,
  count: number,
  old: Uint8Array,
  samples: Float32Array,
): Written {
  const { stride, headerBytes, format, endian } = target;
  const bytes = new Uint8Array(count * stride);
  const view = viewOf(bytes);
  const { TRACE_SAMPLE_COUNT, ExtTraceSampleCount, DelayRecordingTime, ScalarTraceHeader } = layout.fields;
  const skipped = layout.axis.unit === 'samples' ? 0 : layout.trace.window[0] * layout.axis.step;
  for (let trace = 0; trace < count; trace++) {
    const from = trace * layout.trace.stride;
    const to = trace * stride;
    bytes.set(old.subarray(from, from + headerBytes), to);
    if (target.samples === layout.trace.samples) continue;
    const number = ({ byte, type }: typeof DelayRecordingTime) =>
      readNumber(view, to + byte - 1, type, endian);
    const put = ({ byte, type }: typeof DelayRecordingTime, value: number) =>
      writeNumber(view, to + byte - 1, type, endian, value);
    if (!put(TRACE_SAMPLE_COUNT, target.samples)) put(TRACE_SAMPLE_COUNT, 0);
    if (layout.extension1 && number(ExtTraceSampleCount) > 0) put(ExtTraceSampleCount, target.samples);
    put(
      DelayRecordingTime,
      Math.round(number(DelayRecordingTime) + unscaled(skipped, number(ScalarTraceHeader))),
    );
  }
  const block = { format, endian, first: headerBytes, stride, traces: count, samples: target.samples };
  return { bytes, lost: encodeSamples(samples, block, bytes) };
}

function patchBinaryHeader(header: Uint8Array, layout: Layout, target: TraceLayout): void {
  if (layout.kind === 'su') return;
  const view = viewOf(header);
  const put = (name: string, value: number) => {
    const { byte, type } = layout.binaryFields[name];
    writeNumber(view, byte - 1, type, target.endian, value);
  };
  if (target.format !== layout.trace.format) put('Format', target.format);
  if (target.samples !== layout.trace.samples) {
    put('Samples', Math.min(target.samples, 65535));
    if (layout.binary.ExtSamples > 0) put('ExtSamples', target.samples);
  }
  if (layout.binary.TracesInFile > 0) put('TracesInFile', target.traces);
}

function describeChange(layout: Layout, target: TraceLayout, options: CopyOptions): string {
  const { trace } = layout;
  const parts = [
    target.traces !== trace.traces || options.selection ? `${target.traces} of ${trace.traces} traces` : '',
    target.samples !== trace.samples
      ? `samples ${trace.window[0] + 1}-${trace.window[1] + 1} of ${trace.samples}`
      : '',
    target.format !== trace.format ? `format ${trace.format} to ${target.format}` : '',
    options.edit ? (options.change ?? 'edited') : '',
  ];
  return `${options.tool}: ${parts.filter((part) => part !== '').join('; ')}`;
}

/** Trailer stanzas always; bytes of a cut trace only in a copy of the whole. */
async function copyTail(
  source: ByteSource,
  { trace, trailerBytes, size }: Layout,
  sink: ByteSink,
  target: TraceLayout,
  whole: boolean,
): Promise<void> {
  const from = whole ? trace.firstTrace + trace.traces * trace.stride : size - trailerBytes;
  const to = target.firstTrace + target.traces * target.stride;
  const tail = await source.read(from, size - from);
  if (tail.length > 0) await sink.write(to, tail);
}
