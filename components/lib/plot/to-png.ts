import { type Compute, computeHere } from '../compute/kernel.js';

/** The figure as PNG, two pixels a unit; on the pool where `compute` is given, since it takes some 100 ms. */
export async function toPng(svg: string, compute: Compute = computeHere): Promise<Uint8Array> {
  // Imported when first used: renderer and fonts are 4 MB.
  const { pngKernel } = await import('./png-kernel.js');
  const [png] = await compute(pngKernel, { svg, zoom: 2 });
  return png!;
}
