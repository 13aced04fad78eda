import type { Endian } from '../fields.js';
import { viewOf } from '../fields.js';
import { traceHeaderBytes } from '../headers.js';
import { spreadTraces } from '../inspect/selection.js';
import type { TraceLayout } from '../layout.js';
import type { ByteSource } from '../source.js';

const mostTraces = 12_000;
const runs = 48;

/** Standard headers of many traces, one after the other. */
export interface HeaderBlock {
  /** 0-based numbers, ascending; neighbours in runs. */
  readonly traces: Uint32Array;
  /** 240 bytes each. */
  readonly bytes: Uint8Array;
  /** Whether these are all traces of the file. */
  readonly all: boolean;
}

/** Headers of at most 12,000 traces, in 48 runs of neighbours spread over the file. */
export async function readHeaderBlock(source: ByteSource, trace: TraceLayout): Promise<HeaderBlock> {
  const traces = spreadTraces(trace.traces, mostTraces, runs);
  const bytes = new Uint8Array(traces.length * traceHeaderBytes);
  const most = Math.max(1, Math.floor((1 << 19) / trace.stride));
  for (let row = 0; row < traces.length; ) {
    let count = 1;
    while (count < most && row + count < traces.length && traces[row + count] === traces[row]! + count)
      count++;
    const length = (count - 1) * trace.stride + traceHeaderBytes;
    const read = await source.read(trace.firstTrace + traces[row]! * trace.stride, length);
    for (let i = 0; i < count; i++)
      bytes.set(
        read.subarray(i * trace.stride, i * trace.stride + traceHeaderBytes),
        (row + i) * traceHeaderBytes,
      );
    row += count;
  }
  return { traces, bytes, all: traces.length === trace.traces };
}

/** A number at one place of every header. */
export interface ScannedField {
  /** 1-based. */
  readonly byte: number;
  readonly type: 'int32' | 'int16';
  readonly values: Int32Array;
  readonly distinct: number;
  readonly least: number;
  readonly largest: number;
  /** Share of neighbours with different values. */
  readonly changes: number;
  /** The commonest step between neighbours that differ, and its share among those; sizes only. */
  readonly step: number;
  readonly steady: number;
}

/** The fields of a block that vary, at every byte, as int32 and at odd bytes as int16: O(traces · 360). */
export function scanHeaders(block: HeaderBlock, endian: Endian): ScannedField[] {
  const view = viewOf(block.bytes);
  const little = endian === 'little';
  const found: ScannedField[] = [];
  for (let byte = 1; byte <= traceHeaderBytes - 1; byte += 2) {
    // Fields of the standard and of those who bend it begin at odd bytes.
    const wide =
      byte <= traceHeaderBytes - 3
        ? fieldAt(block, byte, 'int32', (at) => view.getInt32(at, little))
        : undefined;
    if (wide) found.push(wide);
    const narrow = fieldAt(block, byte, 'int16', (at) => view.getInt16(at, little));
    // The low half of a 32-bit number that fits into 16 bits says nothing new, and neither does a narrow field
    // whose neighbour makes it the same 32-bit number.
    if (narrow && !found.some((field) => field.type === 'int32' && sameNumbers(field, narrow)))
      found.push(narrow);
  }
  return found;
}

const sameNumbers = (a: ScannedField, b: ScannedField): boolean =>
  Math.abs(a.byte - b.byte) <= 2 && a.values.every((value, i) => value === b.values[i]);

function fieldAt(
  { traces }: HeaderBlock,
  byte: number,
  type: 'int32' | 'int16',
  read: (at: number) => number,
): ScannedField | undefined {
  const values = Int32Array.from(traces, (_, i) => read(i * traceHeaderBytes + byte - 1));
  const first = values[0]!;
  if (values.every((value) => value === first)) return undefined;
  // Half of one number and half of the next.
  if (type === 'int32' && values.every((value) => (value & 0xffff) === 0)) return undefined;
  return describeField(byte, type, values, traces);
}

function describeField(
  byte: number,
  type: 'int32' | 'int16',
  values: Int32Array,
  traces: Uint32Array,
): ScannedField {
  const steps = new Map<number, number>();
  let [pairs, changed] = [0, 0];
  for (let i = 1; i < values.length; i++) {
    if (traces[i] !== traces[i - 1]! + 1) continue;
    pairs++;
    const step = Math.abs(values[i]! - values[i - 1]!);
    if (step === 0) continue;
    changed++;
    steps.set(step, (steps.get(step) ?? 0) + 1);
  }
  let [step, count] = [0, 0];
  for (const [size, times] of steps)
    if (times > count || (times === count && size < step)) [step, count] = [size, times];
  const sorted = values.slice().sort();
  return {
    byte,
    type,
    values,
    distinct: new Set(values).size,
    least: sorted[0]!,
    largest: sorted.at(-1)!,
    changes: pairs > 0 ? changed / pairs : 0,
    step,
    steady: changed > 0 ? count / changed : 0,
  };
}
