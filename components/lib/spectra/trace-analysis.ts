import { sorted } from '../statistics/order.js';
import { checkLength, planRealFft, type RealFft } from './fft-real.js';
import { type Hilbert, planHilbert } from './hilbert.js';

/**
 * One trace at a time, and what attributes are made of: each part is worked out when first asked for and kept until
 * the next trace. Buffers are reused; what a getter gives is overwritten by the next `load`.
 */
export class TraceAnalysis {
  readonly #fft: RealFft;
  readonly #hilbert: Hilbert;
  #ready = new Set<string>();
  readonly #buffers: Record<'x' | 'power' | 'quadrature' | 'envelope' | 'phase' | 'frequency', Float64Array>;
  #sorted: Float64Array = new Float64Array(0);

  constructor(
    readonly n: number,
    /** Seconds between samples; frequencies come in Hz. With 1 they come in cycles per sample. */
    readonly interval: number,
  ) {
    checkLength(n);
    this.#fft = planRealFft(n);
    this.#hilbert = planHilbert(this.#fft);
    const samples = () => new Float64Array(n);
    this.#buffers = {
      x: samples(),
      power: new Float64Array(this.#fft.bins),
      quadrature: samples(),
      envelope: samples(),
      phase: samples(),
      frequency: new Float64Array(n - 1),
    };
  }

  load(samples: Float32Array, offset: number): void {
    this.#buffers.x.set(samples.subarray(offset, offset + this.n));
    this.#ready.clear();
  }

  get x(): Float64Array {
    return this.#buffers.x;
  }

  get sorted(): Float64Array {
    if (this.#first('sorted')) this.#sorted = sorted(this.x);
    return this.#sorted;
  }

  get mean(): number {
    return sum(this.x) / this.n;
  }

  /** Σ(x − mean)^k / n. */
  centralMoment(k: number): number {
    const mean = this.mean;
    let total = 0;
    for (const x of this.x) total += (x - mean) ** k;
    return total / this.n;
  }

  /** |rfft|² at frequencies 0 … ½. */
  get power(): Float64Array {
    const { power, x } = this.#buffers;
    if (this.#first('power')) this.#fft.power(x, 0, 1, power, 0);
    return power;
  }

  /** Frequency of a bin. */
  hertz(bin: number): number {
    return bin / this.n / this.interval;
  }

  get #quadrature(): Float64Array {
    const { quadrature, x } = this.#buffers;
    if (this.#first('quadrature')) this.#hilbert(x, 0, quadrature);
    return quadrature;
  }

  /** |x + i H(x)|, the reflection strength (Taner, Koehler and Sheriff 1979). */
  get envelope(): Float64Array {
    const { envelope, x } = this.#buffers;
    if (this.#first('envelope')) {
      const quadrature = this.#quadrature;
      for (let i = 0; i < this.n; i++) envelope[i] = Math.hypot(x[i], quadrature[i]);
    }
    return envelope;
  }

  /** Angle of x + i H(x), radians in (−π, π]. */
  get phase(): Float64Array {
    const { phase, x } = this.#buffers;
    if (this.#first('phase')) {
      const quadrature = this.#quadrature;
      for (let i = 0; i < this.n; i++) phase[i] = Math.atan2(quadrature[i], x[i]);
    }
    return phase;
  }

  /** n−1 steps of the unwrapped phase over 2π·interval: numpy.diff(numpy.unwrap(phase)) / (2π dt). */
  get frequency(): Float64Array {
    const { frequency } = this.#buffers;
    if (this.#first('frequency')) {
      const { phase } = this;
      for (let i = 0; i + 1 < this.n; i++) {
        const turns = (phase[i + 1] - phase[i]) / (2 * Math.PI);
        // A step of exactly half a turn keeps its sign, as in numpy.unwrap.
        const whole = Math.abs(turns) <= 0.5 ? 0 : Math.round(turns);
        frequency[i] = (turns - whole) / this.interval;
      }
    }
    return frequency;
  }

  #first(part: string): boolean {
    if (this.#ready.has(part)) return false;
    this.#ready.add(part);
    return true;
  }
}

export function sum(values: Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
