import type { Kernel } from '../../components/lib/compute/kernel.js';
import { planRealFft, type RealFft } from '../../components/lib/spectra/fft-real.js';

export interface FftArgs {
  readonly x: Float64Array;
  readonly n: number;
  readonly out: Float64Array;
}

const size = 256;
let plan: RealFft | undefined;

/** Real FFTs of rows of n into rows of complex bins. */
export const fftKernel: Kernel<FftArgs> = {
  name: 'fftKernel',
  url: import.meta.url,
  blocks: ({ x, n }) => Math.ceil(x.length / n / size),
  run({ x, n, out }, block) {
    if (plan?.n !== n) plan = planRealFft(n);
    const first = block * size;
    plan.forward(x, first * n, Math.min(size, x.length / n - first), out, first * 2 * plan.bins);
  },
};
