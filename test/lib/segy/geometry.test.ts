import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { columnsOf } from '#dist/components/lib/segy/columns.js';
import { describe as describeFile } from '#dist/components/lib/segy/describe.js';
import type { Geometry } from '#dist/components/lib/segy/geometry.js';
import { geometryOf } from '#dist/components/lib/segy/geometry.js';
import { fitGrid, linesAt, positionOf } from '#dist/components/lib/segy/grid.js';
import { readHeaders } from '#dist/components/lib/segy/reader.js';
import { bytesSource } from '#dist/components/lib/segy/source.js';
import { expected, fileBytes, hasSharedData } from './support.js';

async function geometryOfFile(name: string): Promise<Geometry> {
  const source = bytesSource(fileBytes(name));
  const result = await describeFile(source);
  if (!result.ok) throw new Error(result.problem.message);
  const names = ['INLINE_3D', 'CROSSLINE_3D', 'offset', 'CDP', 'CDP_X', 'CDP_Y'];
  const h = await readHeaders(source, result.value.trace, columnsOf(result.value, names));
  const lines = { inline: h.INLINE_3D, crossline: h.CROSSLINE_3D, offset: h.offset };
  return geometryOf({ ...lines, cdp: h.CDP, x: h.CDP_X, y: h.CDP_Y });
}

const withGeometry = Object.entries(expected).filter(
  ([, entry]) => entry.segyio183_geometry && entry.first10,
);
const bySegyio = withGeometry.filter(([, entry]) => !entry.segyio183_geometry?.error);

describe.skipIf(!hasSharedData)('real files', () => {
  test.each(bySegyio)('%s: as segyio 1.8.3 reads it', async (name, entry) => {
    const geometry = await geometryOfFile(name);
    const reference = entry.segyio183_geometry!;
    expect(geometry.sorting).toBe(reference.sorting);
    expect(geometry.inlines.values).toEqual(reference.ilines);
    expect(geometry.crosslines.values).toEqual(reference.xlines);
    expect(geometry.offsets.values).toEqual(reference.offsets);
    const { bins, offsets } = geometry;
    expect(bins * offsets.values.length).toBe(entry.traces);
    expect(geometry.regular).toBe(true);
  });

  test.each([
    [
      'seismic-zfp/small-irregular.sgy',
      { kind: '3d', sorting: 'inline', regular: false, missing: 1, bins: 25 },
    ],
    ['segysak/f3-withdead.sgy', { kind: '3d', regular: false, missing: 414 - 239, duplicates: 0 }],
    ['segyio/shot-gather.sgy', { kind: 'none', prestack: true, duplicates: 60 }],
    ['segyio/viking_small.segy', { kind: '2d', prestack: true, fold: [480, 480], regular: false }],
    ['seismic-zfp/small-2d-INLINE_3D.sgy', { kind: '2d', prestack: false, regular: true }],
    ['segyio/small-ps.sgy', { kind: '3d', prestack: true, fold: [2, 2], regular: true }],
  ])('%s', async (name, wanted) => {
    expect(await geometryOfFile(name)).toMatchObject(wanted);
  });

  // segyio.tools.rotation of segyio 1.9.14 gives the same angles: see test/interop/segy.test.ts.
  test.each([
    ['segyio/normal-small.sgy', 0],
    ['segyio/acute-small.sgy', 45],
  ])('%s is turned by %i degrees', async (name, degrees) => {
    const { grid } = await geometryOfFile(name);
    expect(grid?.rotation).toBeCloseTo(degrees, 0);
    expect(grid?.angle).toBeCloseTo(90, 0);
  });

  test('the F3 cut: bins of 25 m, traces within half a metre of the grid', async () => {
    const { grid, binSize, inlines } = await geometryOfFile('segyio/f3.sgy');
    expect(inlines).toMatchObject({ first: 111, last: 133, step: 1 });
    expect(binSize?.inline).toBeCloseTo(25, 1);
    expect(binSize?.crossline).toBeCloseTo(25, 1);
    expect(grid!.residual.max).toBeLessThan(0.5);
  });
});

test('a grid is found again from its own traces, and back from place to line', () => {
  const step = fc.tuple(fc.integer({ min: -50, max: 50 }), fc.integer({ min: -50, max: 50 }));
  fc.assert(
    fc.property(step, step, (inlineStep, crosslineStep) => {
      fc.pre(Math.abs(inlineStep[0] * crosslineStep[1] - inlineStep[1] * crosslineStep[0]) > 1);
      const grid = { origin: [620_000, 6_073_000] as const, inlineStep, crosslineStep };
      const inline = Float64Array.from({ length: 48 }, (_, i) => 100 + 2 * Math.floor(i / 8));
      const crossline = Float64Array.from({ length: 48 }, (_, i) => 300 + (i % 8));
      const places = Array.from(inline, (il, i) => positionOf(grid, il, crossline[i]));
      const x = places.map(([px]) => px);
      const y = places.map(([, py]) => py);
      const fitted = fitGrid({ inline, crossline, x, y })!;
      expect(fitted.residual.max).toBeLessThan(1e-5);
      const [il, xl] = linesAt(fitted, x[20], y[20]);
      expect(il).toBeCloseTo(inline[20], 4);
      expect(xl).toBeCloseTo(crossline[20], 4);
    }),
  );
});

test('no grid from one line, from nothing, or from traces without coordinates', () => {
  const line = Float64Array.from({ length: 9 }, (_, i) => i);
  const zero = new Float64Array(9);
  expect(fitGrid({ inline: line, crossline: zero, x: line, y: line })).toBeUndefined();
  expect(fitGrid({ inline: line, crossline: line.map((v) => v % 3), x: zero, y: zero })).toBeUndefined();
  const empty = geometryOf({ inline: [], crossline: [], offset: [], x: [], y: [] });
  expect(empty).toMatchObject({ kind: 'none', regular: false, bins: 0, fold: [0, 0] });
});
