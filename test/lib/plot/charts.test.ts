import { describe, expect, it } from 'vitest';
import { calibrationFigure } from '#dist/components/lib/plot/calibration.js';
import { comparisonFigure } from '#dist/components/lib/plot/comparison.js';
import { confusionFigure } from '#dist/components/lib/plot/confusion.js';
import { rankingFigure } from '#dist/components/lib/plot/ranking.js';
import { residualFigure, scatterFigure } from '#dist/components/lib/plot/scatter.js';
import { all, parseSvg, words } from './parse-svg.js';

const numbers = (svg: string, name: string, ...keys: readonly string[]) =>
  all(parseSvg(svg), name).map((node) => keys.map((key) => Number(node.attributes[key])));

describe('a confusion matrix', () => {
  const svg = confusionFigure(
    'Confusion of <score>',
    ['a', '<b>'],
    [
      [90, 10],
      [3, 0],
    ],
  );
  it('writes each count in its cell, truth down and prediction across', () => {
    const at = (word: string) => {
      const node = all(parseSvg(svg), 'text').find((n) => n.text === word)!;
      return [Number(node.attributes['x']), Number(node.attributes['y'])] as const;
    };
    expect(at('90')[1]).toBe(at('10')[1]);
    expect(at('90')[0]).toBe(at('3')[0]);
    expect(at('10')[0]).toBeGreaterThan(at('90')[0]);
    expect(at('3')[1]).toBeGreaterThan(at('90')[1]);
    expect(words(svg).filter((word) => word === '<b>')).toHaveLength(2);
  });
  it('is darker the larger the share of the row', () => {
    const cells = all(parseSvg(svg), 'rect').filter((r) => r.attributes['stroke'] === '#ffffff');
    const red = cells.map((cell) => Number.parseInt(cell.attributes['fill']!.slice(1, 3), 16));
    expect(red[0]!).toBeLessThan(red[1]!);
    expect(red[2]).toBeLessThan(red[0]!); // 3 of 3 is all of its row
    expect(red[3]).toBe(0xf7);
  });
});

describe('other charts', () => {
  it('puts calibration on the diagonal where words and deeds agree', () => {
    const svg = calibrationFigure('Calibration', [
      { predicted: 0.25, observed: 0.25, weight: 10 },
      { predicted: 0.75, observed: 0.5, weight: 40 },
    ]);
    const [first, second] = numbers(svg, 'circle', 'cx', 'cy', 'r');
    const [x1, y1, x2, y2] = numbers(svg, 'line', 'x1', 'y1', 'x2', 'y2').at(-1)!;
    expect(first![0]).toBeCloseTo(x1! + (x2! - x1!) / 4, 1);
    expect(first![1]).toBeCloseTo(y1! + (y2! - y1!) / 4, 1);
    expect(second![1]).toBeGreaterThan(y1! + ((y2! - y1!) * 3) / 4);
    expect(second![2]).toBeGreaterThan(first![2]!);
  });
  it('draws bars from zero as long as their values, on either side', () => {
    const svg = comparisonFigure('r2', 'R²', [
      { label: 'model', value: 0.5, lower: 0.4, upper: 0.6, main: true },
      { label: 'baseline', value: -0.25 },
    ]);
    const bars = all(parseSvg(svg), 'rect')
      .filter((r) => r.attributes['height'] === '18')
      .map((r) => r.attributes);
    expect(Number(bars[0]!['width'])).toBeCloseTo(2 * Number(bars[1]!['width']), 1);
    expect(Number(bars[1]!['x']) + Number(bars[1]!['width'])).toBeCloseTo(Number(bars[0]!['x']), 1);
    expect(words(svg)).toEqual(expect.arrayContaining(['model', 'baseline', '0.5', '−0.25', 'R²']));
  });
  it('has a point for each pair, on the diagonal where they are equal', () => {
    const svg = scatterFigure('Predictions', 'price (EUR)', [
      [0, 0],
      [10, 10],
      [5, 0],
    ]);
    const [a, b, c] = numbers(svg, 'circle', 'cx', 'cy');
    expect(b![0]! - a![0]!).toBeCloseTo(a![1]! - b![1]!, 1);
    expect(c![1]).toBe(a![1]);
    expect(words(svg)).toEqual(expect.arrayContaining(['true price (EUR)', 'predicted price (EUR)']));
    expect(() => parseSvg(scatterFigure('One', 'x', [[3, 3]]))).not.toThrow();
  });
});

describe('curves', () => {
  it('runs from corner to corner, named and dashed apart', () => {
    const svg = rankingFigure(
      'ROC',
      { x: 'false', y: 'true' },
      [
        {
          label: '<a> 0.9',
          points: [
            [0, 0],
            [0, 1],
            [1, 1],
          ],
        },
        {
          label: 'b',
          points: [
            [0, 0],
            [1, 1],
          ],
        },
      ],
      true,
    );
    const paths = all(parseSvg(svg), 'path').map((path) => path.attributes);
    expect(paths).toHaveLength(4);
    expect(paths[0]!['d']!.split(/[ML]/)).toHaveLength(4);
    expect(paths[0]!['stroke']).not.toBe(paths[1]!['stroke']);
    expect(paths[0]!['stroke-dasharray']).not.toBe(paths[1]!['stroke-dasharray']);
    expect(words(svg)).toEqual(expect.arrayContaining(['<a> 0.9', 'b', 'false', 'true']));
  });
  it('shows what predictions miss about zero', () => {
    const svg = residualFigure('Residuals', 'price', [
      [10, 8],
      [20, 24],
      [30, 30],
    ]);
    const [under, over, exact] = numbers(svg, 'circle', 'cx', 'cy');
    expect(under![1]).toBeLessThan(exact![1]!); // too low a prediction lies above
    expect(over![1]! - exact![1]!).toBeCloseTo(2 * (exact![1]! - under![1]!), 1);
    expect(words(svg)).toEqual(expect.arrayContaining(['truth − predicted price', 'predicted price']));
  });
  it('turns what is not data light on a dark page, in colours that are read well', () => {
    const svg = comparisonFigure('f1', 'F1', [{ label: 'model', value: 0.5 }]);
    const luminance = (hex: string) => {
      const [r, g, b] = [1, 3, 5].map((i) => {
        const c = Number.parseInt(hex.slice(i, i + 2), 16) / 255;
        return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
    };
    const [paper, ink, , faint] = [...svg.matchAll(/(?:fill|stroke):(#[0-9a-f]{6})/g)].map(([, hex]) =>
      luminance(hex!),
    );
    for (const text of [ink!, faint!]) expect((text + 0.05) / (paper! + 0.05)).toBeGreaterThan(4.5);
  });
});
