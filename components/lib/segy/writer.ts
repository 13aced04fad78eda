import { columnsOf, encodeColumn } from './columns.js';
import { describe } from './describe.js';
import type { Endian } from './fields.js';
import { viewOf, writeNumber } from './fields.js';
import { binaryFields, textHeaderBytes } from './headers.js';
import type { Layout } from './layout.js';
import type { FieldAt } from './overrides.js';
import { fileHeaderBytes } from './placement.js';
import type { Result } from './problem.js';
import { bad, ok } from './problem.js';
import type { FormatCode } from './samples.js';
import { encodeSamples } from './samples.js';
import type { ByteSink } from './sink.js';
import { bytesSource } from './source.js';
import type { TextEncoding } from './text.js';
import { textHeader } from './text.js';

/** What a new file is to be. */
export interface NewSegy {
  /** Up to 40 lines of 80 characters; longer ones are cut. */
  readonly text: readonly string[];
  readonly samples: number;
  /** Sample interval in µs (for depth: thousandths of a metre or foot). */
  readonly interval: number;
  /** Default 1, IBM float. */
  readonly format?: FormatCode;
  /** Default `big`, as the standard up to revision 1 wants. */
  readonly endian?: Endian;
  /** Default `ebcdic`. */
  readonly textEncoding?: TextEncoding;
  /** Default 1; 2 where samples or interval need its wider fields, or byte order is little-endian. */
  readonly revision?: 0 | 1 | 2;
  /** Further binary header fields by name. */
  readonly binary?: Readonly<Record<string, number>>;
  /** Extended text headers, each up to 40 lines. */
  readonly extendedText?: readonly (readonly string[])[];
  /** Positions of trace header fields that are not where the standard has them. */
  readonly fields?: Readonly<Record<string, FieldAt>>;
}

/** Traces to be appended. */
export interface NewTraces {
  readonly count: number;
  /** Values by field name. What has a scalar (coordinates, elevations, times) is given in real units. */
  readonly headers: Readonly<Record<string, ArrayLike<number>>>;
  /** Row-major count × samples. */
  readonly samples: Float32Array;
}

export interface SegyWriter {
  readonly layout: Layout;
  /** Appends traces. A header value that its field cannot hold is a problem, and nothing of the block is written. */
  write(traces: NewTraces): Promise<Result<void>>;
  /** Traces written so far, and samples that the format could not hold. */
  readonly written: { readonly traces: number; readonly lost: number };
}

/**
 * Begins a new SEG-Y file; traces follow in as many blocks as one likes. Sample count and interval are put into
 * each trace header, and a trace number within the file where none is given.
 */
export async function createSegy(sink: ByteSink, spec: NewSegy): Promise<Result<SegyWriter>> {
  const header = fileHeader(spec);
  if (!header.ok) return header;
  const described = await describe(bytesSource(header.value), spec.fields ? { fields: spec.fields } : {});
  if (!described.ok) return described;
  const layout = described.value;
  await sink.write(0, header.value);

  const written = { traces: 0, lost: 0 };
  const { firstTrace, stride, headerBytes, samples, format, endian } = layout.trace;
  const write = async (traces: NewTraces): Promise<Result<void>> => {
    const bytes = new Uint8Array(traces.count * stride);
    const at = firstTrace + written.traces * stride;
    const fault = fillHeaders(layout, traces, written.traces, bytes, at);
    if (fault) return fault;
    const block = { format, endian, first: headerBytes, stride, traces: traces.count, samples };
    const lost = encodeSamples(traces.samples, block, bytes);
    await sink.write(at, bytes);
    written.traces += traces.count;
    written.lost += lost;
    return ok(undefined);
  };
  return ok({ layout, write, written });
}

function fileHeader(spec: NewSegy): Result<Uint8Array> {
  const { samples, interval, endian = 'big', textEncoding = 'ebcdic', extendedText = [] } = spec;
  const wide = samples > 65535 || interval > 32767 || !Number.isInteger(interval);
  const revision = spec.revision ?? (wide || endian === 'little' ? 2 : 1);
  if (wide && revision < 2) {
    return bad('too-long', 3217, `${samples} samples at ${interval} µs need revision 2`, 'write revision 2');
  }
  const values: Record<string, number> = {
    ...(revision >= 1 ? { SEGYRevision: revision, TraceFlag: 1 } : {}),
    ...(revision === 2 ? { IntegerConstant: 16909060 } : {}),
    Samples: samples <= 65535 ? samples : 0,
    Interval: Math.min(32767, Math.round(interval)),
    ...(wide ? { ExtSamples: samples, ExtInterval: interval } : {}),
    Format: spec.format ?? 1,
    ExtendedHeaders: extendedText.length,
    ...spec.binary,
  };
  const bytes = new Uint8Array(fileHeaderBytes + extendedText.length * textHeaderBytes);
  bytes.set(textHeader(spec.text, textEncoding));
  extendedText.forEach((lines, i) => {
    bytes.set(textHeader(lines, textEncoding), fileHeaderBytes + i * textHeaderBytes);
  });
  const view = viewOf(bytes);
  for (const [name, value] of Object.entries(values)) {
    const field = binaryFields.get(name);
    if (!field || !writeNumber(view, field.byte - 1, field.type, endian, value)) {
      const why = field ? `${value} does not fit ${name} (${field.type})` : `no field is called ${name}`;
      return bad('header-value', field?.byte ?? 3201, `binary header: ${why}`, 'give another value');
    }
  }
  return ok(bytes);
}

function fillHeaders(
  layout: Layout,
  { count, headers }: NewTraces,
  before: number,
  bytes: Uint8Array,
  at: number,
): Result<never> | undefined {
  const { stride, endian, samples } = layout.trace;
  const every = (value: number) => new Float64Array(count).fill(value);
  const values: Readonly<Record<string, ArrayLike<number>>> = {
    TRACE_SEQUENCE_FILE: Float64Array.from({ length: count }, (_, i) => before + i + 1),
    TraceIdentificationCode: every(1),
    TRACE_SAMPLE_COUNT: every(samples <= 65535 ? samples : 0),
    TRACE_SAMPLE_INTERVAL: every(layout.binary.Interval),
    ...headers,
  };
  const names = Object.keys(values);
  const unknown = names.find((name) => !Object.hasOwn(layout.fields, name));
  if (unknown !== undefined) {
    return bad(
      'header-value',
      at + 1,
      `no trace-header field is called ${unknown}`,
      'give its place in fields',
    );
  }
  const columns = columnsOf(layout, names);
  const scalarsFirst = [...columns.filter((c) => !c.scalar), ...columns.filter((c) => c.scalar)];
  for (const column of scalarsFirst) {
    const { name, field } = column;
    const row = encodeColumn(column, bytes, count, stride, endian, values[name], 0);
    if (row === undefined) continue;
    return bad(
      'header-value',
      at + row * stride + field.byte,
      `${values[name][row]} does not fit the trace-header field ${name} (${field.type}, scalar applied)`,
      'choose another scalar or field',
    );
  }
  return undefined;
}

/** The scalar (−10000 … 1) that stores these coordinates exactly to a ten-thousandth, or as finely as int32 allows. */
export function coordinateScalar(...coordinates: readonly ArrayLike<number>[]): number {
  let finest = 1;
  for (const values of coordinates) {
    for (let i = 0; i < values.length; i++) {
      while (finest < 10_000 && Math.abs(values[i] * finest - Math.round(values[i] * finest)) > 1e-4)
        finest *= 10;
      while (finest > 1 && Math.abs(values[i] * finest) > 2 ** 31 - 1) finest /= 10;
    }
  }
  return finest === 1 ? 1 : -finest;
}
