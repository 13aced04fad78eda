import { readdirSync, readFileSync } from 'node:fs';
import { hasSharedData, sharedData } from '../../support/shared.js';

export { hasSharedData };
export const segyData = `${sharedData}segy/`;

export interface TraceStats {
  min: number;
  max: number;
  mean: number;
  rms: number;
}

interface Range {
  min: number;
  max: number;
  unique: number;
}

/** One entry of expected.json: what an independent NumPy parser, cross-checked with segyio 1.8.3, read in the file. */
export interface Expected {
  kind: 'segy' | 'su';
  bytes: number;
  error?: string;
  text_encoding: 'ebcdic' | 'ascii';
  text_lines_1_5: string[];
  text_line_40: string;
  endian: 'big' | 'little';
  endian_constant_present: boolean;
  binary: Record<string, number>;
  format_code: number;
  rev: [number, number];
  ext_text_headers: number;
  ext_text_first_line: string[];
  extra_trace_headers: number;
  samples: number;
  interval_us: number;
  traces: number;
  trailing_bytes: number;
  trace_bytes: number;
  first10: (TraceStats & { first: number[]; last: number[] })[];
  all: TraceStats;
  trace_header_first: Record<string, number>;
  trace_header_last: Record<string, number>;
  inline: Range;
  crossline: Range;
  offset: Range;
  dead_traces: number[];
  dead_trace_count: number;
  segyio183?: { dt_us?: number };
  segyio183_geometry?: {
    sorting?: 'inline' | 'crossline';
    ilines: number[];
    xlines: number[];
    offsets: number[];
    error?: string;
  };
}

export const expected: Record<string, Expected> = hasSharedData
  ? JSON.parse(readFileSync(`${segyData}expected.json`, 'utf8'))
  : {};

export const badFiles = hasSharedData ? readdirSync(`${segyData}bad`) : [];

export const fileBytes = (name: string): Uint8Array => new Uint8Array(readFileSync(segyData + name));
