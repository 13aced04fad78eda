import { traceHeaderBytes } from '../headers.js';
import { spreadTraces } from '../inspect/selection.js';
import type { TraceLayout } from '../layout.js';
import { decodeSamples, type FormatCode, sampleBytes } from '../samples.js';
import type { ByteSource } from '../source.js';

/** Where traces are supposed to lie, whatever their samples are. */
export type Placed = Pick<TraceLayout, 'firstTrace' | 'stride' | 'headerBytes' | 'traces'>;

/** Traces of a supposed layout, as bytes. Neighbours lie in runs. */
export interface Probe {
  /** 0-based, ascending. */
  readonly traces: Uint32Array;
  /** 240 bytes each. */
  readonly headers: readonly Uint8Array[];
  /** The first bytes of the samples of each, up to 2,048. */
  readonly samples: readonly Uint8Array[];
}

/** How much a probe reads: traces in three runs of neighbours, and bytes of the samples of each. */
export const whole = { traces: 24, bytes: 2048 };
export const headersOnly = { traces: 9, bytes: 0 };

/** Reads the first traces, some from the middle, and the last. */
export async function probe(source: ByteSource, placed: Placed, most = whole): Promise<Probe> {
  const traces = spreadTraces(placed.traces, most.traces, 3);
  const [headers, samples]: [Uint8Array[], Uint8Array[]] = [[], []];
  for (const trace of traces) {
    const at = placed.firstTrace + trace * placed.stride;
    const bytes = await source.read(at, Math.min(placed.stride, placed.headerBytes + most.bytes));
    headers.push(bytes.subarray(0, traceHeaderBytes));
    samples.push(bytes.subarray(placed.headerBytes));
  }
  return { traces, headers, samples };
}

/** The samples that were read, decoded: one array a trace. */
export function decoded({ samples }: Probe, format: FormatCode, endian: 'big' | 'little'): Float32Array[] {
  return samples.map((bytes) => {
    const count = Math.floor(bytes.length / sampleBytes(format));
    const out = new Float32Array(count);
    decodeSamples(bytes, { format, endian, first: 0, stride: bytes.length, traces: 1, samples: count }, out);
    return out;
  });
}
