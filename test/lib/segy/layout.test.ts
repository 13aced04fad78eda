import { describe, expect, test } from 'vitest';
import { windowOf } from '#dist/components/lib/segy/axis.js';
import { columnsOf } from '#dist/components/lib/segy/columns.js';
import { describe as describeFile } from '#dist/components/lib/segy/describe.js';
import type { Endian, HeaderField } from '#dist/components/lib/segy/fields.js';
import { viewOf, writeNumber } from '#dist/components/lib/segy/fields.js';
import { binaryFields, traceFields } from '#dist/components/lib/segy/headers.js';
import type { Overrides } from '#dist/components/lib/segy/overrides.js';
import { readHeaders } from '#dist/components/lib/segy/reader.js';
import { bytesSource } from '#dist/components/lib/segy/source.js';
import { encodeText, textHeader } from '#dist/components/lib/segy/text.js';
import { fileBytes, hasSharedData } from './support.js';

type Values = Record<string, number>;

interface Made {
  endian?: Endian;
  binary?: Values;
  extended?: Uint8Array[];
  /** Header values of each trace; its length is the number of traces. */
  traces?: Values[];
  samples?: number[];
  extraHeaders?: number;
  tail?: Uint8Array;
}

const sampleCount = 6;

function put(
  bytes: Uint8Array,
  field: HeaderField | undefined,
  start: number,
  endian: Endian,
  value: number,
) {
  expect(writeNumber(viewOf(bytes), start + field!.byte - 1, field!.type, endian, value)).toBe(true);
}

/** A file of float32 traces, built byte by byte and not by the writer under test. */
function file({
  endian = 'big',
  binary = {},
  extended = [],
  traces = [{}, {}, {}],
  samples = traces.map(() => sampleCount),
  extraHeaders = 0,
  tail = new Uint8Array(),
}: Made = {}): Uint8Array {
  const header = new Uint8Array(3600);
  header.set(textHeader(['C 1 MADE FOR A TEST'], 'ebcdic'));
  const values = { Samples: sampleCount, Interval: 4000, Format: 5, ...binary };
  for (const [name, value] of Object.entries(values)) put(header, binaryFields.get(name), 0, endian, value);
  const records = traces.map((fields, i) => {
    const bytes = new Uint8Array(240 * (1 + extraHeaders) + 4 * samples[i]);
    const all = { TRACE_SAMPLE_COUNT: samples[i], ...fields };
    for (const [name, value] of Object.entries(all)) put(bytes, traceFields.get(name), 0, endian, value);
    return bytes;
  });
  return new Uint8Array(Buffer.concat([header, ...extended, ...records, tail]));
}

const open = (made: Made, given?: Overrides) => describeFile(bytesSource(file(made)), given);
const stanza = (text: string, encoding: 'ascii' | 'ebcdic' = 'ebcdic') => textHeader([text], encoding);
const value = (wanted: object) => ({ ok: true, value: wanted });
const problem = (code: string, byte: number, hint: RegExp = /./) => ({
  ok: false,
  problem: { code: `segy/${code}`, byte, message: expect.any(String), hint: expect.stringMatching(hint) },
});

describe('problems name the byte and the way out', () => {
  test.each<[string, Made, object]>([
    [
      'zero samples',
      { binary: { Samples: 0 }, traces: [{ TRACE_SAMPLE_COUNT: 0 }] },
      problem('zero-samples', 3221, /samples/),
    ],
    ['unknown format', { binary: { Format: 0 } }, problem('unknown-format', 3225, /format/)],
    [
      'every trace longer than the binary header says',
      { samples: [9, 9, 9] },
      problem('wrong-trace-length', 3221, /samples: 9/),
    ],
    [
      'traces of different lengths',
      { samples: [6, 6, 7, 6] },
      problem('variable-trace-length', 3600 + 2 * 264 + 115),
    ],
    ['cut file', { tail: new Uint8Array(100) }, problem('truncated-trace', 3600 + 3 * 264 + 1, /keep_whole/)],
    [
      'more extended text headers than bytes',
      { binary: { ExtendedHeaders: 9 } },
      problem('extended-headers', 3505),
    ],
    [
      'uncounted extended text headers without end',
      { binary: { ExtendedHeaders: -1 }, extended: [stanza('((A))')] },
      problem('no-end-text', 3505, /extended_headers/),
    ],
    ['pairs of bytes swapped', { binary: { IntegerConstant: 33620995 } }, problem('pairwise-swapped', 3297)],
  ])('%s', async (_, made, wanted) => {
    expect(await open(made)).toMatchObject(wanted);
  });

  test('an empty file and one without its first trace header', async () => {
    expect(await describeFile(bytesSource(new Uint8Array()))).toMatchObject(problem('truncated-header', 1));
    const su = await describeFile(bytesSource(new Uint8Array(100)), { kind: 'su' });
    expect(su).toMatchObject(problem('truncated-header', 101));
  });

  test.each<[Overrides, object]>([
    [{ fields: { INLINE_3D: 239 } }, problem('position', 239)],
    [{ fields: { INLINE_3D: { byte: 0, type: 'int16' } } }, problem('position', 0)],
    [{ binary: { Samples: 20 } }, problem('position', 20)],
  ])('a position outside its header: %j', async (given, wanted) => {
    expect(await open({}, given)).toMatchObject(wanted);
  });
});

describe('what the user knows better', () => {
  test('format, byte order and samples of a file with an empty binary header', async () => {
    const made = { binary: { Format: 0, Samples: 0, Interval: 0 }, endian: 'little' } as const;
    const given: Overrides = { format: 5, endian: 'little', samples: sampleCount, interval: 2 };
    const axis = { domain: 'time', unit: 'ms', start: 0, step: 2 };
    expect(await open(made, given)).toMatchObject(value({ trace: { traces: 3, endian: 'little' }, axis }));
  });

  test('moved fields, of other types, in both headers', async () => {
    const made: Made = {
      traces: [{ EnergySourcePoint: 7, SourceX: -3 }],
      binary: { Samples: 0, JobID: sampleCount },
    };
    const given: Overrides = {
      binary: { Samples: { byte: 3203, type: 'uint16' } },
      fields: { INLINE_3D: 17, mine: { byte: 75, type: 'int16' } },
    };
    const result = await open(made, given);
    if (!result.ok) throw new Error(result.problem.message);
    const columns = columnsOf(result.value, ['INLINE_3D', 'mine', 'no such field']);
    const headers = await readHeaders(bytesSource(file(made)), result.value.trace, columns);
    expect(headers).toEqual({ INLINE_3D: Int32Array.of(7), mine: Int32Array.of(-3) });
  });

  test('first trace, extended and extra headers', async () => {
    const made: Made = { extended: [new Uint8Array(70)], extraHeaders: 2 };
    expect(await open(made, { first_trace: 3671, extra_trace_headers: 2 })).toMatchObject(
      value({ trace: { firstTrace: 3670, traces: 3, headerBytes: 720 } }),
    );
  });

  test('a depth axis: given, with metres or feet', async () => {
    const made = { binary: { MeasurementSystem: 2 } };
    expect(await open(made, { domain: 'depth' })).toMatchObject(
      value({ axis: { domain: 'depth', unit: 'ft', start: 0, step: 4 } }),
    );
    expect(await open({ binary: { Interval: 5 } }, { unit: 'm', start: -10 })).toMatchObject(
      value({ axis: { domain: 'depth', unit: 'm', start: -10, step: 5 } }),
    );
  });
});

describe('revision 2', () => {
  const revision2 = { SEGYRevision: 2, IntegerConstant: 16909060 };

  test.each(['big', 'little'] as const)('%s-endian: extended counts and intervals rule', async (endian) => {
    const binary = { ...revision2, Samples: 2, ExtSamples: sampleCount, ExtInterval: 31.25 };
    const wanted = value({ trace: { endian, samples: sampleCount, traces: 3 }, axis: { step: 0.03125 } });
    expect(await open({ endian, binary })).toMatchObject(wanted);
  });

  test.each([
    ['2.1', { MaxAdditionalTraceHeaders: 2 }],
    ['2.0, in four bytes', { SurveyType: 2 }],
  ])('additional trace headers of revision %s', async (_, count) => {
    const made = { binary: { ...revision2, ...count }, extraHeaders: 2 };
    expect(await open(made)).toMatchObject(
      value({ extraTraceHeaders: 2, trace: { traces: 3, stride: 744 } }),
    );
  });

  test('extension 1 replaces what it gives, unscaled', async () => {
    const name = { ...traceFields.get('CDP_X')!, byte: 240 + 233, type: 'uint64' } as const;
    const made: Made = {
      binary: { ...revision2, MaxAdditionalTraceHeaders: 1 },
      extraHeaders: 1,
      traces: [
        { CDP_X: 50, CDP_Y: 60, SourceGroupScalar: -10, ExtCDP_X: 5.25 },
        { CDP_X: 70, CDP_Y: 80, SourceGroupScalar: -10 },
      ],
    };
    const bytes = file(made);
    for (const trace of [0, 1])
      bytes.set(encodeText('SEG00001', 'ascii'), 3600 + trace * 504 + name.byte - 1);
    const result = await describeFile(bytesSource(bytes));
    if (!result.ok) throw new Error(result.problem.message);
    const read = (raw: boolean) =>
      readHeaders(bytesSource(bytes), result.value.trace, columnsOf(result.value, ['CDP_X', 'CDP_Y'], raw));
    expect(await read(false)).toEqual({ CDP_X: Float64Array.of(5.25, 7), CDP_Y: Float64Array.of(6, 8) });
    expect(await read(true)).toEqual({ CDP_X: Int32Array.of(50, 70), CDP_Y: Int32Array.of(60, 80) });
  });

  test.each([2, -1])('trailer stanzas, their number given as %i', async (count) => {
    const tail = Buffer.concat([stanza('((ONE))'), stanza('((TWO))')]);
    const made = { binary: { ...revision2, TrailerStanzas: count }, tail };
    expect(await open(made)).toMatchObject(
      value({ trailerBytes: 6400, trailingBytes: 0, trace: { traces: 3 } }),
    );
  });

  test('the offset of the first trace, where it is stated', async () => {
    const made = { binary: { ...revision2, FirstTraceOffset: 3700 }, extended: [new Uint8Array(100)] };
    expect(await open(made)).toMatchObject(value({ trace: { firstTrace: 3700, traces: 3 } }));
  });
});

test.each(['ascii', 'ebcdic'] as const)(
  'uncounted extended text headers end with a stanza, %s',
  async (encoding) => {
    const extended = [
      stanza('((X))', encoding),
      stanza('more', encoding),
      stanza('(( seg:  endtext ))', encoding),
    ];
    const result = await open({ binary: { ExtendedHeaders: -1 }, extended });
    expect(result).toMatchObject(value({ trace: { firstTrace: 3600 + 9600, traces: 3 } }));
    if (result.ok)
      expect(result.value.extendedText.map(([line]) => line)).toEqual([
        '((X))',
        'more',
        '(( seg:  endtext ))',
      ]);
  },
);

test('samples and interval from the first trace header where the binary header has none', async () => {
  const made = { binary: { Samples: 0, Interval: 0 }, traces: [{ TRACE_SAMPLE_INTERVAL: 2000 }] };
  expect(await open(made)).toMatchObject(value({ trace: { samples: 6, traces: 1 }, axis: { step: 2 } }));
});

test('what is odd is noted: no interval, no traces, counts that differ', async () => {
  const notes = async (made: Made) => {
    const result = await open(made);
    return result.ok ? result.value.notes.map(({ code, byte }) => [code, byte]) : result.problem;
  };
  expect(await notes({ binary: { Interval: 0 } })).toEqual([['segy/no-interval', 3217]]);
  expect(await notes({ traces: [] })).toEqual([['segy/no-traces', 3601]]);
  expect(await notes({ traces: [{ TRACE_SAMPLE_COUNT: 5 }] })).toEqual([['segy/sample-counts-differ', 3715]]);
});

test.skipIf(!hasSharedData)(
  'a text header that speaks of depth is noted, until the domain is given',
  async () => {
    const source = bytesSource(fileBytes('seismic-zfp/padding_5x7.sgy'));
    const note = expect.objectContaining({ code: 'segy/maybe-depth', byte: 4 * 80 + 1 });
    expect(await describeFile(source)).toMatchObject(value({ notes: expect.arrayContaining([note]) }));
    const told = await describeFile(source, { domain: 'depth' });
    expect(told).toMatchObject(value({ axis: { domain: 'depth', unit: 'm', step: 5 } }));
    expect(told).not.toMatchObject(value({ notes: expect.arrayContaining([note]) }));
  },
);

test('delay with its scalar, and windows of the axis', async () => {
  const result = await open({ traces: [{ DelayRecordingTime: 10000, ScalarTraceHeader: -10 }] });
  if (!result.ok) throw new Error(result.problem.message);
  const { axis } = result.value;
  expect(axis).toEqual({ domain: 'time', unit: 'ms', start: 1000, step: 4 });
  expect(windowOf(axis, 6, [1000, 1020])).toEqual([0, 5]);
  expect(windowOf(axis, 6, [1001, 1012])).toEqual([1, 3]);
  expect(windowOf(axis, 6, [0, 1e6])).toEqual([0, 5]);
  expect(windowOf(axis, 6, [1009, 1011])).toBeUndefined();
});
