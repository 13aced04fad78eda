import { describe } from '../describe.js';
import type { Endian } from '../fields.js';
import { viewOf } from '../fields.js';
import { textHeaderBytes, traceHeaderBytes } from '../headers.js';
import type { Layout, TraceLayout } from '../layout.js';
import type { Overrides } from '../overrides.js';
import { fileHeaderBytes } from '../placement.js';
import { type FormatCode, formatName, isFormat, sampleBytes } from '../samples.js';
import type { ByteSource } from '../source.js';
import { decodeText } from '../text.js';
import { ibmAgainstIeee, plausibility, sampleFacts } from './plausibility.js';
import { decoded, headersOnly, type Placed, type Probe, probe } from './probe.js';
import { traceLikeness } from './trace-likeness.js';
import type { Score } from './verdict.js';

/** One way to read a file: the settings, what the reader makes of them, and how well that fits. */
export interface LayoutHypothesis {
  readonly settings: Overrides;
  readonly layout: Layout;
  readonly score: number;
  /** Reasons, by the question that they bear on. */
  readonly because: Readonly<Record<'kind' | 'order' | 'format' | 'samples', readonly string[]>>;
}

/** How common a sample format is, in units of log odds, where the header does not name it. */
const commonness: Partial<Record<FormatCode, number>> = { 1: 0, 5: 0, 3: -2, 2: -3, 8: -3, 6: -4 };
const endians = ['big', 'little'] as const;

/** Every reading of a file that is worth a thought, scored, best first. Reads a bounded number of traces for each. */
export async function layoutHypotheses(source: ByteSource, isSu: boolean): Promise<LayoutHypothesis[]> {
  const head = await source.read(0, fileHeaderBytes);
  const scorer = new Scorer(source, head);
  const found: LayoutHypothesis[] = [];
  for (const endian of endians) {
    if (head.length === fileHeaderBytes) found.push(...(await scorer.segy(endian)));
    found.push(...(await scorer.su(endian, isSu)));
  }
  return found.sort((a, b) => b.score - a.score);
}

class Scorer {
  readonly #probes = new Map<string, Promise<Probe>>();
  readonly #text: number;
  readonly #printable: number;

  constructor(
    private readonly source: ByteSource,
    private readonly head: Uint8Array,
  ) {
    this.#text = textScore(head.subarray(0, textHeaderBytes));
    this.#printable = mostPrintable(head.subarray(0, textHeaderBytes));
  }

  async segy(endian: Endian): Promise<LayoutHypothesis[]> {
    const code = viewOf(this.head).getInt16(3224, endian === 'little');
    const formats = new Set<FormatCode>([1, 5, 3, 2, 8, 6]);
    if (isFormat(code)) formats.add(code);
    const found: LayoutHypothesis[] = [];
    for (const format of formats) {
      const base = { endian, format, truncated: 'keep_whole' } as const;
      for (const samples of await this.#sampleCounts(endian, format))
        for (const headers of await this.#headerCounts(base, samples)) {
          const settings = {
            ...base,
            ...(samples !== undefined && { samples }),
            ...(headers !== undefined && { extended_headers: headers }),
          };
          const one = await this.#score(settings, isFormat(code) && code === format, samples !== undefined);
          if (one) found.push(one);
        }
    }
    return found;
  }

  async su(endian: Endian, byName: boolean): Promise<LayoutHypothesis[]> {
    const one = await this.#score({ kind: 'su', endian, truncated: 'keep_whole' }, false, false);
    return one ? [{ ...one, score: one.score + (byName ? 6 : -2) }] : [];
  }

  /** As the headers say (undefined), as the first trace header says, and what divides the file into like headers. */
  async #sampleCounts(endian: Endian, format: FormatCode): Promise<(number | undefined)[]> {
    const { source, head } = this;
    const view = viewOf(head);
    const stated = view.getUint16(3220, endian === 'little');
    const first = await source.read(fileHeaderBytes, traceHeaderBytes);
    const inTrace = first.length > 115 ? viewOf(first).getUint16(114, endian === 'little') : 0;
    const counts = new Set<number | undefined>([undefined]);
    if (inTrace > 0 && inTrace !== stated) counts.add(inTrace);
    const width = sampleBytes(format);
    for (const stride of await this.#strides(endian)) {
      const samples = (stride - traceHeaderBytes) / width;
      if (Number.isInteger(samples) && samples !== stated) counts.add(samples);
    }
    return [...counts];
  }

  readonly #found = new Map<Endian, Promise<number[]>>();
  #strides(endian: Endian): Promise<number[]> {
    const known = this.#found.get(endian) ?? this.#searchStrides(endian);
    this.#found.set(endian, known);
    return known;
  }

  /**
   * The three trace lengths that divide what follows the file header and have the most header-like headers; where
   * there is none, all of it as one trace.
   */
  async #searchStrides(endian: Endian): Promise<number[]> {
    const room = this.source.size - fileHeaderBytes;
    const found: { stride: number; score: number }[] = [];
    for (const traces of divisors(room)) {
      const stride = room / traces;
      if (traces < 2 || stride <= traceHeaderBytes || stride > mostStride) continue;
      const placed = { firstTrace: fileHeaderBytes, stride, headerBytes: traceHeaderBytes, traces };
      const { score } = traceLikeness(await probe(this.source, placed, headersOnly), endian);
      if (score > 0) found.push({ stride, score });
    }
    if (found.length === 0) return room > traceHeaderBytes && room <= mostStride ? [room] : [];
    found.sort((a, b) => a.stride - b.stride);
    const top = Math.max(...found.map(({ score }) => score));
    const alike = found.filter(({ score }) => score >= top - 2).map(({ stride }) => stride);
    // Every multiple of the true length fits too.
    return alike.filter((stride) => !alike.some((less) => less < stride && stride % less === 0)).slice(0, 3);
  }

  /** As stated (undefined); where that leaves bytes over, none or the one that is there. */
  async #headerCounts(base: Overrides, samples: number | undefined): Promise<(number | undefined)[]> {
    if (samples !== undefined) return [undefined];
    const read = await describe(this.source, base);
    if (read.ok && read.value.trailingBytes === 0) return [undefined];
    const after = await this.source.read(fileHeaderBytes, textHeaderBytes);
    const isText = after.length === textHeaderBytes && textScore(after) > 2;
    return [
      undefined,
      ...(isText ? [1] : []),
      ...(read.ok && read.value.extendedText.length === 0 ? [] : [0]),
    ];
  }

  async #probe(placed: Placed): Promise<Probe> {
    const key = `${placed.firstTrace}:${placed.stride}:${placed.headerBytes}`;
    const known = this.#probes.get(key) ?? probe(this.source, placed);
    if (this.#probes.size < mostProbes) this.#probes.set(key, known);
    return known;
  }

  async #score(
    settings: Overrides,
    named: boolean,
    searched: boolean,
  ): Promise<LayoutHypothesis | undefined> {
    const read = await describe(this.source, settings);
    if (!read.ok || read.value.trace.traces === 0) return undefined;
    const layout = read.value;
    const { trace } = layout;
    const seen = await this.#probe(trace);
    const likeness = traceLikeness(seen, trace.endian);
    const samples = plausibility(sampleFacts(decoded(seen, trace.format, trace.endian)));
    const below = negativeShare(seen, trace);
    const floats = trace.format === 1 || trace.format === 5;
    const ibm = floats ? ibmAgainstIeee(seen.samples, trace.endian) : { score: 0, evidence: [] };
    const isSu = layout.kind === 'su';
    const whole = layout.trailingBytes === 0 ? (searched ? 1 + Math.log(trace.traces) / 3 : 5) : -3;
    const counts = sampleCountScore(layout, seen);
    const common = commonness[trace.format];
    const format = isSu ? 0 : named ? (common === undefined ? 1 : 4) : (common ?? -8);
    const score =
      (isSu ? -this.#text : this.#text) +
      whole +
      likeness.score +
      samples.score +
      // Only speaks against: data that are neither would else make one of the two look good.
      Math.max(-15, Math.min(0, trace.format === 1 ? ibm.score : -ibm.score)) +
      counts.score +
      format -
      (below > 0.2 ? 6 : 0);
    return {
      settings,
      layout,
      score,
      because: {
        kind: isSu
          ? ['traces begin with the first byte']
          : [`${Math.round(100 * this.#printable)} % of the first 3,200 bytes are printable text`],
        order: likeness.evidence,
        format: [
          ...(isSu
            ? []
            : [
                `the header ${named ? 'names' : 'does not name'} format ${trace.format}, ${formatName(trace.format)}`,
              ]),
          ...samples.evidence,
          ...ibm.evidence,
          ...(below > 0.2
            ? [`read with a sign, ${Math.round(100 * below)} % of the samples are below 0`]
            : []),
        ],
        samples: [
          layout.trailingBytes === 0
            ? `${trace.traces} traces of ${trace.stride} bytes from byte ${trace.firstTrace + 1} on end with the file`
            : `${layout.trailingBytes} bytes are left after ${trace.traces} traces of ${trace.stride} bytes`,
          ...counts.evidence,
        ],
      },
    };
  }
}

const signed: Partial<Record<FormatCode, FormatCode>> = { 10: 2, 11: 3, 12: 9, 15: 7, 16: 8 };

/** Of a format without sign: the share of samples that would be negative with one. */
function negativeShare(seen: Probe, { format, endian }: TraceLayout): number {
  const other = signed[format];
  return other === undefined ? 0 : sampleFacts(decoded(seen, other, endian)).otherSign;
}

/** Longer traces are not searched for: 8 million samples of 4 bytes. */
const mostStride = 1 << 25;
const mostProbes = 500;

/** Numbers that divide `room`, up to the number of traces that fit into it; at most 2,000 of them. */
function divisors(room: number): number[] {
  const found: number[] = [];
  if (room <= 0) return found;
  const root = Math.min(Math.floor(Math.sqrt(room)), 4_000_000);
  for (let i = 1; i <= root && found.length < 2000; i++) {
    if (room % i !== 0) continue;
    found.push(i);
    if (i !== room / i && room / i <= room / traceHeaderBytes) found.push(room / i);
  }
  return found;
}

/** What file header and trace headers say of the number of samples that is read. */
function sampleCountScore({ trace, binary, kind }: Layout, { headers }: Probe): Score {
  const counts = headers
    .filter((header) => header.length >= 116)
    .map((header) => viewOf(header).getUint16(114, trace.endian === 'little'));
  const agree = counts.filter((count) => count === trace.samples).length;
  const inFile = kind === 'segy' && [binary['Samples'], binary['ExtSamples']].includes(trace.samples);
  return {
    score: (inFile ? 3 : 0) + (3 * agree) / Math.max(1, counts.length),
    evidence: [
      ...(inFile ? [`the file header gives ${trace.samples} samples a trace`] : []),
      `${agree} of ${counts.length} trace headers give ${trace.samples} samples`,
    ],
  };
}

/** How much like text, in units of log odds: the share of printable characters, in ASCII or EBCDIC. 0 for empty bytes. */
export function textScore(bytes: Uint8Array): number {
  if (bytes.every((byte) => byte === 0)) return 0;
  return 10 * (mostPrintable(bytes) - 0.6);
}

const mostPrintable = (bytes: Uint8Array): number =>
  Math.max(printableShare(bytes, 'ascii'), printableShare(bytes, 'ebcdic'));

export function printableShare(bytes: Uint8Array, encoding: 'ascii' | 'ebcdic'): number {
  const text = decodeText(bytes, encoding);
  let printable = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    printable += Number((code >= 0x20 && code <= 0x7e) || code === 0x0d || code === 0x0a);
  }
  return printable / text.length;
}
