import { readField } from './binary.js';
import type { Facts } from './facts.js';
import { traceHeaderBytes } from './headers.js';
import type { TraceLayout } from './layout.js';
import type { SegyProblem } from './problem.js';
import { sampleBytes } from './samples.js';

/** Trace headers looked at in search of one that differs, and in all; each is a small read. */
const mostEqual = 2_000;
const most = 100_000;

/**
 * Why a file is not a whole number of traces: its trace headers all give another number of samples; they give
 * different numbers that add up to the file; or the file ends inside a trace.
 */
export async function explainMisfit(
  facts: Facts,
  trace: TraceLayout,
  trailingBytes: number,
): Promise<SegyProblem> {
  const walk = await walkTraces(facts, trace);
  if (walk.whole && walk.differs === undefined && walk.samples > 0 && walk.samples !== trace.samples) {
    return {
      code: 'segy/wrong-trace-length',
      byte: 3221,
      message:
        `the binary header gives ${trace.samples} samples a trace, every trace header gives ${walk.samples} ` +
        `(byte ${trace.firstTrace + facts.fields.TRACE_SAMPLE_COUNT.byte} for the first), and only that fits the size of the file`,
      hint: `give samples: ${walk.samples}`,
    };
  }
  if (walk.whole && walk.differs !== undefined) {
    return {
      code: 'segy/variable-trace-length',
      byte: walk.differs.byte,
      message:
        `traces differ in length: trace 1 has ${walk.samples} samples, trace ${walk.differs.trace} ` +
        `has ${walk.differs.samples}`,
      hint: 'write the file anew with traces of one length; only such files are read',
    };
  }
  const last = trace.firstTrace + trace.traces * trace.stride;
  return {
    code: 'segy/truncated-trace',
    byte: last + 1,
    message:
      `trace ${trace.traces + 1} of ${trace.stride} bytes (${trace.samples} samples of ` +
      `${sampleBytes(trace.format)} bytes) begins at byte ${last + 1} and the file ends after ${trailingBytes} of them`,
    hint:
      `truncated: keep_whole reads the ${trace.traces} whole traces; if every trace is cut elsewhere, ` +
      'give samples, format or first_trace',
  };
}

interface Walk {
  /** Whether traces as long as their headers say end exactly with the file. */
  readonly whole: boolean;
  /** Samples of the first trace. */
  readonly samples: number;
  /** The first trace of another length, and the byte of its count. */
  readonly differs?: { readonly trace: number; readonly samples: number; readonly byte: number };
}

async function walkTraces({ source, fields }: Facts, trace: TraceLayout): Promise<Walk> {
  const field = fields.TRACE_SAMPLE_COUNT;
  const bytesOf = (samples: number) => trace.headerBytes + samples * sampleBytes(trace.format);
  let at = trace.firstTrace;
  let first = 0;
  let differs: Walk['differs'];
  for (let i = 0; at < source.size && i < (differs ? most : mostEqual); i++) {
    const header = await source.read(at, traceHeaderBytes);
    const samples = header.length < traceHeaderBytes ? 0 : readField(header, field, trace.endian);
    if (samples === 0) break;
    if (i === 0) first = samples;
    else if (samples !== first) differs ??= { trace: i + 1, samples, byte: at + field.byte };
    at += bytesOf(samples);
  }
  if (differs) return { whole: at === source.size, samples: first, differs };
  return { whole: (source.size - trace.firstTrace) % bytesOf(first) === 0, samples: first };
}
