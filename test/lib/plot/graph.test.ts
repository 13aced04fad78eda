import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type GraphNode, graphFigure } from '#dist/components/lib/plot/graph.js';
import { layered } from '#dist/components/lib/plot/layers.js';
import { all, parseSvg, words } from './parse-svg.js';

const size = { width: 100, gap: 10 };

/** Any graph without circles: each node comes after some of those before it. */
const graphs = fc
  .array(fc.array(fc.nat(11), { maxLength: 4 }), { minLength: 1, maxLength: 12 })
  .map((afters) =>
    afters.map((after, i) => ({
      id: `n${i}`,
      after: [...new Set(after.filter((j) => j < i).map((j) => `n${j}`))],
    })),
  );

describe('a layered graph', () => {
  it('puts each node below all that it comes after, none on another', () => {
    fc.assert(
      fc.property(graphs, (nodes) => {
        const { places, arrows, width, layers } = layered(nodes, size);
        for (const { id, after } of nodes) {
          const { layer, x } = places.get(id)!;
          expect(layer).toBe(
            after.length === 0 ? 0 : 1 + Math.max(...after.map((a) => places.get(a)!.layer)),
          );
          expect(layer).toBeLessThan(layers);
          expect(x).toBeGreaterThanOrEqual(size.width / 2 - 1e-6);
          expect(x).toBeLessThanOrEqual(width - size.width / 2 + 1e-6);
          for (const other of nodes) {
            const at = places.get(other.id)!;
            if (other.id !== id && at.layer === layer)
              expect(Math.abs(at.x - x)).toBeGreaterThanOrEqual(size.width + size.gap - 1e-6);
          }
        }
        expect(arrows).toHaveLength(nodes.reduce((sum, { after }) => sum + after.length, 0));
        for (const { from, to, through } of arrows) {
          expect(through[0]).toEqual(places.get(from));
          expect(through.at(-1)).toEqual(places.get(to));
        }
      }),
      { numRuns: 200 },
    );
  });

  it('keeps a chain straight and crosses no arrows that need not cross', () => {
    const chain = layered(
      [
        { id: 'a', after: [] },
        { id: 'b', after: ['a'] },
        { id: 'c', after: ['b', 'gone'] },
      ],
      size,
    );
    expect(new Set([...chain.places.values()].map(({ x }) => x)).size).toBe(1);
    const { places } = layered(
      [
        { id: 'l', after: [] },
        { id: 'r', after: [] },
        { id: 'under r', after: ['r'] },
        { id: 'under l', after: ['l'] },
      ],
      size,
    );
    const side = (a: string, b: string) => Math.sign(places.get(a)!.x - places.get(b)!.x);
    expect(side('l', 'r')).toBe(side('under l', 'under r'));
  });
});

it('draws a box with words for each step and an arrow for each thing taken', () => {
  const step = (id: string, after: string[]): GraphNode => ({
    id,
    label: `<${id}>`,
    note: 'ran, 1.2 s',
    colour: '#0072b2',
    after,
  });
  const svg = graphFigure('Steps', [step('a', []), step('b', ['a']), step('c', ['a', 'b'])]);
  expect(words(svg).filter((word) => word.startsWith('<'))).toEqual(['<a>', '<b>', '<c>']);
  const arrows = all(parseSvg(svg), 'path').filter((path) => path.attributes['fill'] === 'none');
  expect(arrows).toHaveLength(3);
});
