import { describe, expect, it } from 'vitest';
import { classColours, missingColour, ramp } from '#dist/components/lib/plot/colours.js';
import { amplitudeRange, type SectionFigure, sectionFigure } from '#dist/components/lib/plot/section.js';
import { all, images, parseSvg, words } from './parse-svg.js';

const section: SectionFigure = {
  title: 'Inline <7>',
  along: { first: 10, step: 2, count: 3 },
  alongLabel: 'crossline',
  traces: Int32Array.of(1, -1, 0),
  samples: Float32Array.of(-1, 0, 1, 2, Number.NaN, -5),
  width: 3,
  vertical: { from: 100, to: 108, label: 'time (ms)' },
  scale: { ramp: 'blue-red', from: -1, to: 1, label: 'amplitude' },
};

describe('a section', () => {
  it('has the first sample on top, each trace at its number, and grey where there is none', () => {
    const svg = sectionFigure(section);
    const [image] = images(svg);
    const colours = ramp('blue-red', 255);
    const column = (x: number) => [0, 1, 2].map((y) => image!.colour(x, y));
    expect([image!.width, image!.height]).toEqual([3, 3]);
    expect(column(0)).toEqual([colours[254], missingColour, colours[0]]);
    expect(column(1)).toEqual([missingColour, missingColour, missingColour]);
    expect(column(2)).toEqual([colours[0], colours[127], colours[254]]);
    expect(words(svg)).toEqual(expect.arrayContaining(['Inline <7>', 'time (ms)', 'crossline', 'amplitude']));
    const marks = all(parseSvg(svg), 'text').filter((node) => ['102', '106'].includes(node.text));
    expect(Number(marks[0]!.attributes['y'])).toBeLessThan(Number(marks[1]!.attributes['y']));
  });

  it('carries a strip of classes in the colours of its legend', () => {
    const svg = sectionFigure({
      ...section,
      classes: { codes: Int32Array.of(1, -1, 0), labels: ['sand', 'shale'], label: 'facies' },
    });
    const strip = images(svg).find((image) => image.height === 1 && image.width === 3)!;
    const [sand, shale] = classColours(2);
    expect([0, 1, 2].map((x) => strip.colour(x, 0))).toEqual([shale, missingColour, sand]);
    const fills = all(parseSvg(svg), 'rect')
      .filter((r) => r.attributes['width'] === '14')
      .map((r) => r.attributes['fill']);
    expect(fills).toEqual(expect.arrayContaining([sand, shale]));
  });

  it('has a scale that outliers do not stretch', () => {
    const values = Float32Array.from({ length: 1001 }, (_, i) => i - 500);
    values[3] = 1e9;
    values[4] = Number.NaN;
    // One value is missing and one far out: the 900 least of the 1,000 sizes end near 450.
    const { from, to, signed } = amplitudeRange(values, 0.9);
    expect([from + to, signed]).toEqual([0, true]);
    expect(Math.abs(to - 450)).toBeLessThan(1);
    const velocities = Float32Array.from({ length: 1000 }, (_, i) => 1500 + i);
    // numpy.quantile(1500 + arange(1000), [0.05, 0.95])
    const range = amplitudeRange(velocities, 0.9);
    expect(range.from).toBeCloseTo(1549.95, 6);
    expect(range.to).toBeCloseTo(2449.05, 6);
    expect(amplitudeRange(new Float32Array(4), 0.99)).toEqual({ from: 0, to: 0, signed: false });
    expect(amplitudeRange(new Float32Array(), 0.99)).toEqual({ from: -1, to: 1, signed: true });
  });
});
