import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classColours, missingColour, ramp } from '#dist/components/lib/plot/colours.js';
import { type MapFigure, mapFigure } from '#dist/components/lib/plot/map.js';
import { toPng } from '#dist/components/lib/plot/to-png.js';
import { decodePng } from './decode-png.js';
import { all, images, parseSvg, words } from './parse-svg.js';

const axis = (first: number, step: number, count: number) => ({ first, step, count });
const base: MapFigure = {
  title: 'Predicted facies',
  grid: { inline: axis(100, 1, 2), crossline: axis(300, 2, 3) },
  panels: [
    { title: 'Predicted', cells: Float64Array.of(0, 1, 2, Number.NaN, 2, 1) },
    { title: 'Truth', cells: Float64Array.of(0, 0, 2, 2, 2, 1) },
  ],
  colouring: { kind: 'classes', labels: ['shale', 'sand', '<script>alert(1)</script>'] },
  axisLabels: { inline: 'inline', crossline: 'crossline' },
};
const rects = (svg: string) => all(parseSvg(svg), 'rect').map((node) => node.attributes);
const outlineOf = (svg: string) =>
  all(parseSvg(svg), 'path')
    .filter((node) => node.attributes['stroke'] === '#000000')
    .map((node) => node.attributes['d']!);

describe('a map', () => {
  it('shows each cell in the colour that the legend gives its class, lowest inline at the bottom', () => {
    const svg = mapFigure(base);
    const [predicted, truth] = images(svg);
    const [shale, sand, odd] = classColours(3);
    const rows = (image: typeof predicted) => [0, 1].map((y) => [0, 1, 2].map((x) => image!.colour(x, y)));
    expect(rows(predicted)).toEqual([
      [missingColour, odd, sand],
      [shale, sand, odd],
    ]);
    expect(rows(truth)).toEqual([
      [odd, odd, sand],
      [shale, shale, odd],
    ]);
    const legend = rects(svg)
      .filter((r) => r['width'] === '14')
      .map((r) => r['fill']);
    expect(legend).toEqual([missingColour, shale, sand, odd]);
    expect(words(svg)).toEqual(
      expect.arrayContaining([
        'no trace',
        'shale',
        'sand',
        '<script>alert(1)</script>',
        'inline',
        'crossline',
        'Truth',
      ]),
    );
    expect(all(parseSvg(svg), 'script')).toEqual([]);
  });

  it('keeps colours of cells through the PNG', async () => {
    const svg = mapFigure(base);
    const found = decodePng(await toPng(svg));
    const panel = all(parseSvg(svg), 'image')[0]!.attributes;
    const at = (column: number, row: number) =>
      found.colour(
        Math.round(2 * (Number(panel['x']) + ((column + 0.5) * Number(panel['width'])) / 3)),
        Math.round(2 * (Number(panel['y']) + ((row + 0.5) * Number(panel['height'])) / 2)),
      );
    const [shale, sand, odd] = classColours(3);
    expect([0, 1, 2].map((x) => at(x, 1))).toEqual([shale, sand, odd]);
    // Sharp up to the border between two cells: nothing is smoothed.
    expect(at(0.45, 1)).toBe(shale);
    expect(at(0.55, 1)).toBe(sand);
    expect([0, 1, 2].map((x) => at(x, 0))).toEqual([missingColour, odd, sand]);
  });

  it('outlines exactly the borders of marked cells', () => {
    const one = mapFigure({
      ...base,
      panels: base.panels.slice(0, 1),
      outlined: { cells: Uint8Array.of(0, 1, 0, 0, 1, 0), label: 'test rows' },
    });
    const panel = all(parseSvg(one), 'image')[0]!.attributes;
    const [d] = outlineOf(one);
    const strokes = [...d!.matchAll(/M([\d.]+) ([\d.]+)([HV])([\d.]+)/g)];
    // A column of two cells: one stroke on each side.
    expect(strokes.map((s) => s[3]).sort()).toEqual(['H', 'H', 'V', 'V']);
    const left = Number(panel['x']) + Number(panel['width']) / 3;
    expect(strokes.filter((s) => s[3] === 'V').map((s) => Number(s[1]))[0]).toBeCloseTo(left, 1);
    expect(words(one)).toContain('test rows');
    expect(outlineOf(mapFigure(base))).toEqual([]);
  });

  it('draws numbers on the scale whose ends it writes', () => {
    const svg = mapFigure({
      ...base,
      panels: [{ title: '', cells: Float64Array.of(-5, 0, 10, 12, Number.NaN, 5) }],
      colouring: { kind: 'scale', scale: { ramp: 'viridis', from: 0, to: 10, label: 'porosity (%)' } },
    });
    const [low, high] = [ramp('viridis', 255)[0], ramp('viridis', 255)[254]];
    const [map] = images(svg);
    expect([map!.colour(0, 1), map!.colour(1, 1), map!.colour(2, 1), map!.colour(0, 0)]).toEqual([
      low,
      low,
      high,
      high,
    ]);
    expect(map!.colour(1, 0)).toBe(missingColour);
    expect(words(svg)).toEqual(expect.arrayContaining(['porosity (%)', '0', '10']));
  });

  it('is a strip for a single line, and any grid at all gives a figure whose words lie inside', () => {
    const size = fc.integer({ min: 1, max: 60 });
    fc.assert(
      fc.property(
        size,
        size,
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 3 }),
        (high, wide, k, panels) => {
          const cells = Float64Array.from({ length: high * wide }, (_, i) =>
            i % 11 === 5 ? Number.NaN : i % k,
          );
          const svg = mapFigure({
            ...base,
            grid: { inline: axis(7, 3, high), crossline: axis(-4, 0.5, wide) },
            panels: Array.from({ length: panels }, (_, i) => ({ title: `panel ${i}`, cells })),
            colouring: {
              kind: 'classes',
              labels: Array.from({ length: k }, (_, i) => `a rather long label of class ${i}`),
            },
            directions: { north: [1, 2], east: [2, -1] },
            notes: [
              'A sentence that is longer than the picture is wide, so that it has to go on in the next line.',
            ],
          });
          const root = parseSvg(svg);
          const [width, height] = [Number(root.attributes['width']), Number(root.attributes['height'])];
          expect(images(svg)).toHaveLength(panels);
          for (const node of all(root, 'text')) {
            expect(Number(node.attributes['x'])).toBeGreaterThan(0);
            expect(Number(node.attributes['x'])).toBeLessThan(width);
            expect(Number(node.attributes['y'])).toBeLessThan(height);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});
