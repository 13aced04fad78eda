import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellsOf, compareCells, lineAxis, meanOf, mostFrequent } from '#dist/components/lib/plot/cells.js';
import { shareLabels } from '#dist/components/lib/plot/classes.js';
import { classColours, inkOn, ramp, rgb } from '#dist/components/lib/plot/colours.js';
import { encodePng } from '#dist/components/lib/plot/png.js';
import { element, escapeXml, figure, text } from '#dist/components/lib/plot/svg.js';
import { fitted, shortNumber, textWidth, wrapped } from '#dist/components/lib/plot/text.js';
import { tickLabels, ticks } from '#dist/components/lib/plot/ticks.js';
import { toPng } from '#dist/components/lib/plot/to-png.js';
import { towards, worldOf } from '#dist/components/lib/plot/world.js';
import { decodePng } from './decode-png.js';
import { all, parseSvg, words } from './parse-svg.js';

describe('svg', () => {
  it('takes any text as text: it comes back as it was and adds no element', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 30 }), (said) => {
        const root = parseSvg(figure(10, 10, said, text(0, 0, said), element('rect', { class: said })));
        const clean = said
          .toWellFormed()
          .replace(
            /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]/g,
            '\ufffd',
          );
        expect(all(root, 'text')[0]!.text).toBe(clean);
        expect(all(root, 'rect').at(-1)!.attributes['class']).toBe(clean);
        expect(root.children.map((child) => child.name)).toEqual(['title', 'style', 'rect', 'text', 'rect']);
      }),
      { numRuns: 30 },
    );
    expect(escapeXml('<script>alert("1 & 2")</script>')).toBe(
      '&lt;script&gt;alert(&quot;1 &amp; 2&quot;)&lt;/script&gt;',
    );
  });
});

describe('text', () => {
  it('measures DejaVu Sans', () => {
    // Sums of the advance widths in hmtx of DejaVuSans.ttf 2.37 at 100 pixels (fontTools 4.68).
    const expected = {
      'Predicted facies': 798.05,
      '12,256': 349.9,
      'agree with the truth in test blocks': 1702.83,
      'WWW/illi': 441.46,
    };
    for (const [said, width] of Object.entries(expected))
      expect(Math.abs(textWidth(said, 100) / width - 1), said).toBeLessThan(0.03);
  });
  it('cuts and wraps to the width asked for', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 40, max: 300 }), (said, width) => {
        expect(textWidth(fitted(said, width))).toBeLessThanOrEqual(width);
        for (const line of wrapped(said, width)) expect(textWidth(line)).toBeLessThanOrEqual(width);
      }),
    );
    expect(wrapped('one two three', 50).join(' ')).toBe('one two three');
  });
  it('writes numbers for people', () => {
    expect([0, 12.34567, -0.5, 1234567, 0.0000123, Number.NaN].map(shortNumber)).toEqual([
      '0',
      '12.35',
      '−0.5',
      '1.23e6',
      '1.23e-5'.replace('-', '−'),
      '–',
    ]);
  });
});

describe('ticks', () => {
  it('lie between the ends, in equal steps, with labels that differ', () => {
    const value = fc.double({ min: -1e9, max: 1e9, noNaN: true });
    fc.assert(
      fc.property(value, value, fc.integer({ min: 2, max: 12 }), (a, b, count) => {
        fc.pre(Math.abs(a - b) > 1e-6 * Math.max(1, Math.abs(a), Math.abs(b)));
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        const at = ticks(a, b, count);
        expect(at).toEqual(ticks(b, a, count));
        expect(at.length).toBeLessThanOrEqual(count + 1);
        for (const tick of at) {
          expect(tick).toBeGreaterThanOrEqual(low - (high - low) * 1e-6);
          expect(tick).toBeLessThanOrEqual(high + (high - low) * 1e-6);
        }
        expect(new Set(tickLabels(at)).size).toBe(at.length);
      }),
    );
    expect(ticks(0, 1, 5)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(tickLabels(ticks(0, 1, 5))).toEqual(['0.0', '0.2', '0.4', '0.6', '0.8', '1.0']);
    expect(ticks(1, 3, 10, true)).toEqual([1, 2, 3]);
  });
});

describe('colours', () => {
  it('gives classes colours of their own, and ink that is read on each', () => {
    const luminance = (colour: string) => {
      const [r, g, b] = rgb(colour).map((c) => (c <= 10 ? c / 3294 : ((c / 255 + 0.055) / 1.055) ** 2.4));
      return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
    };
    for (const count of [1, 2, 8, 9, 23]) {
      const colours = classColours(count);
      expect(new Set(colours).size).toBe(count);
      for (const colour of colours) {
        const [light, dark] = [luminance(colour), luminance(inkOn(colour))].sort((a, b) => b - a);
        expect((light! + 0.05) / (dark! + 0.05)).toBeGreaterThan(4.5);
      }
    }
  });
  it('follows matplotlib 3.11 within what its comment says', () => {
    // matplotlib.colormaps[name](x) at x = 0, 0.1, 0.5, 0.9, 1
    const expected = {
      viridis: ['#440154', '#482475', '#21918c', '#bddf26', '#fde725'],
      cividis: ['#00224e', '#083370', '#7d7c78', '#e4cf5b', '#fee838'],
    };
    for (const [name, colours] of Object.entries(expected)) {
      const found = ramp(name as 'viridis', 11);
      for (const [i, at] of [0, 1, 5, 9, 10].entries())
        for (const k of [0, 1, 2])
          expect(Math.abs(rgb(found[at]!)[k]! - rgb(colours[i]!)[k]!)).toBeLessThan(12);
    }
  });
});

describe('png', () => {
  it('holds every pixel', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 40 }),
        fc.nat(),
        (width, height, k) => {
          const palette = classColours(23);
          const pixels = Uint8Array.from({ length: width * height }, (_, i) => (i * 7 + k) % 23);
          const found = decodePng(encodePng({ width, height, pixels, palette }));
          expect([found.width, found.height]).toEqual([width, height]);
          for (let i = 0; i < pixels.length; i++)
            expect(found.colour(i % width, Math.floor(i / width))).toBe(palette[pixels[i]!]);
        },
      ),
      { numRuns: 30 },
    );
  });
  it('is drawn from SVG, two pixels a unit, text included, the same each time', async () => {
    const svg = figure(
      40,
      20,
      't',
      element('rect', { x: 10, y: 5, width: 10, height: 10, fill: '#0072b2' }),
      text(22, 14, 'M', { size: 14 }),
    );
    const png = await toPng(svg);
    expect(await toPng(svg)).toEqual(png);
    const found = decodePng(png);
    expect([found.width, found.height]).toEqual([80, 40]);
    expect([found.colour(30, 20), found.colour(2, 2)]).toEqual(['#0072b2', '#ffffff']);
    const letters = Array.from({ length: 20 * 20 }, (_, i) =>
      found.colour(44 + (i % 20), 10 + Math.floor(i / 20)),
    );
    expect(letters).toContain('#222222');
    expect(words(svg)).toEqual(['M']);
  });
});

describe('cells', () => {
  it('takes the steps on which line numbers lie', () => {
    expect(lineAxis([10, 30, 16], [12])).toEqual({ first: 10, step: 2, count: 11 });
    expect(lineAxis([7, 7])).toEqual({ first: 7, step: 1, count: 1 });
    expect(lineAxis([0.5, 1, Number.NaN, 2])).toEqual({ first: 0.5, step: 0.5, count: 4 });
    expect(lineAxis([])).toEqual({ first: 0, step: 1, count: 1 });
    const many = lineAxis(Array.from({ length: 5001 }, (_, i) => i));
    expect(many.count).toBeLessThanOrEqual(2000);
    expect(many.first + (many.count - 0.5) * many.step).toBeGreaterThanOrEqual(5000);
  });
  it('finds the cell of each row, and what most rows of it say', () => {
    const row = fc.record({
      inline: fc.integer({ min: 1, max: 4 }),
      crossline: fc.integer({ min: 10, max: 13 }),
      code: fc.integer({ min: -1, max: 3 }),
    });
    fc.assert(
      fc.property(fc.array(row, { minLength: 1 }), (rows) => {
        const [inline, crossline] = [rows.map((r) => r.inline), rows.map((r) => r.crossline)];
        const grid = { inline: lineAxis(inline), crossline: lineAxis(crossline) };
        const count = grid.inline.count * grid.crossline.count;
        const cells = cellsOf(grid, inline, crossline);
        const codes = Int32Array.from(rows, (r) => r.code);
        const winners = mostFrequent(cells, codes, count);
        const means = meanOf(cells, codes, count);
        for (let cell = 0; cell < count; cell++) {
          const il = grid.inline.first + Math.floor(cell / grid.crossline.count) * grid.inline.step;
          const xl = grid.crossline.first + (cell % grid.crossline.count) * grid.crossline.step;
          const here = rows.filter((r) => r.inline === il && r.crossline === xl).map((r) => r.code);
          const votes = [0, 1, 2, 3].map((code) => here.filter((c) => c === code).length);
          const most = Math.max(...votes);
          expect(winners[cell]).toBe(most > 0 ? votes.indexOf(most) : Number.NaN);
          if (here.length > 0)
            expect(means[cell]).toBeCloseTo(here.reduce((a, b) => a + b, 0) / here.length, 12);
          else expect(means[cell]).toBeNaN();
        }
      }),
    );
  });
  it('compares cells that have both values', () => {
    const a = Float64Array.of(1, 2, Number.NaN, 4);
    const b = Float64Array.of(1, 3, 3, 4);
    expect(compareCells(a, b)).toEqual({ cells: 3, equal: 2 / 3, difference: 1 / 3 });
    expect(compareCells(a, b, Uint8Array.of(0, 1, 1, 0))).toEqual({ cells: 1, equal: 0, difference: 1 });
  });
  it('shares labels, numbers in order of their value', () => {
    const { codes, labels } = shareLabels([
      { codes: Int32Array.of(0, 1, -1), labels: ['10', '9', 'unused'] },
      { codes: Int32Array.of(0, 0), labels: ['2'] },
    ]);
    expect(labels).toEqual(['2', '9', '10']);
    expect(codes.map((list) => [...list])).toEqual([
      [2, 1, -1],
      [0, 0],
    ]);
    expect(shareLabels([{ codes: Int32Array.of(0, 1), labels: ['b', 'a'] }]).labels).toEqual(['a', 'b']);
  });
});

describe('world', () => {
  const grid = { inline: { first: 1, step: 1, count: 3 }, crossline: { first: 1, step: 2, count: 3 } };
  const places = {
    inline: Float64Array.of(1, 1, 1, 2, 2, 2, 3, 3, 3),
    crossline: Float64Array.of(1, 3, 5, 1, 3, 5, 1, 3, 5),
  };
  it('points to the north of a turned and mirrored grid', () => {
    // Crosslines run to the south, 20 m a number; inlines to the east, 10 m a number.
    const x = places.inline.map((inline) => 1000 + 10 * inline);
    const y = places.crossline.map((crossline) => 2000 - 20 * crossline);
    const { directions, cellAspect } = worldOf(places, x, y, grid);
    expect(cellAspect).toBeCloseTo(10 / 40, 10);
    const unit = ([a, b]: readonly [number, number]) => [a / Math.hypot(a, b), b / Math.hypot(a, b)];
    expect(unit(directions!.north)[0]).toBeCloseTo(-1, 10);
    expect(unit(directions!.east)[1]).toBeCloseTo(1, 10);
  });
  it('says nothing where coordinates are absent or do not fit the lines', () => {
    expect(worldOf(places, new Float64Array(9), new Float64Array(9), grid)).toEqual({});
    const x = places.inline.map((_, i) => [5, 900, 3, 17, 1, 400, 2, 8, 77][i]!);
    const y = places.inline.map((_, i) => [800, 1, 9, 3, 700, 2, 5, 650, 1][i]!);
    expect(worldOf(places, x, y, grid)).toEqual({});
  });
  it('says where a single line runs', () => {
    const line = { inline: { first: 1, step: 1, count: 1 }, crossline: { first: 1, step: 1, count: 3 } };
    const along = { inline: Float64Array.of(1, 1, 1), crossline: Float64Array.of(3, 1, 2) };
    const { line: azimuth } = worldOf(
      along,
      Float64Array.of(120, 100, 110),
      Float64Array.of(80, 100, 90),
      line,
    );
    expect(towards(azimuth!)).toBe('towards the south-east (135°)');
  });
});
