import { expect, test } from 'vitest';
import evaluateMap from '#dist/components/evaluate/map.js';
import { classColours, missingColour } from '#dist/components/lib/plot/colours.js';
import type { FileArtifact } from '#dist/engine/artifacts/artifact.js';
import { openTable } from '#dist/engine/artifacts/tables.js';
import type { AnyDefinition } from '#dist/engine/component.js';
import { harness } from '../../support/harness.js';
import { cellsOf, tableOf } from '../../support/table-of.js';
import { decodePng } from './decode-png.js';
import { images, words } from './parse-svg.js';

async function drawn() {
  const { tables, run } = harness(evaluateMap as unknown as AnyDefinition);
  const predicted = await tableOf(tables, {
    columns: {
      inline: { type: 'int32', role: 'position', values: [1, 1, 2, 2] },
      crossline: { type: 'int32', role: 'position', values: [10, 12, 10, 12] },
      cdp_x: { type: 'float64', role: 'position', values: [100, 150, 100, 150] },
      cdp_y: { type: 'float64', role: 'position', values: [500, 500, 525, 525] },
      predicted: ['<i>gas</i>', 'shale', 'shale', null],
    },
  });
  const truth = await tableOf(tables, {
    columns: { inline: [1, 2, 2], crossline: [10, 10, 12], facies: ['shale', 'shale', '<i>gas</i>'] },
  });
  const { outputs, objects } = await run({ inputs: { predicted, truth } });
  const figure = outputs['figure'] as FileArtifact;
  const bytes = async (digest: string) => (await objects.get(digest))!;
  const data = await cellsOf(await openTable(objects, figure.data!));
  return {
    figure,
    svg: Buffer.from(await bytes(figure.object)).toString(),
    png: await bytes(figure.also!['png']!),
    data,
  };
}

test('one figure as SVG and PNG with its data, the same bytes each time', async () => {
  const { figure, svg, png, data } = await drawn();
  expect((await drawn()).figure).toEqual(figure);
  const [predicted, truth] = images(svg);
  const [gas, shale] = classColours(2);
  const rows = (image: typeof predicted) => [0, 1].map((y) => [0, 1].map((x) => image!.colour(x, y)));
  expect(rows(predicted)).toEqual([
    [shale, missingColour],
    [gas, shale],
  ]);
  expect(rows(truth)).toEqual([
    [shale, gas],
    [shale, missingColour],
  ]);
  expect(words(svg)).toEqual(
    expect.arrayContaining([
      'Predicted facies',
      '<i>gas</i>',
      'N',
      'E',
      'Prediction and truth agree in 50% of 2 cells.',
    ]),
  );
  expect(decodePng(png).width).toBeGreaterThan(600);
  expect(data).toEqual({
    inline: [1, 1, 2, 2],
    crossline: [10, 12, 10, 12],
    predicted: ['<i>gas</i>', 'shale', 'shale', null],
    truth: ['shale', null, 'shale', '<i>gas</i>'],
  });
});
