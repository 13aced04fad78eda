import type { Geometry, Lines } from './geometry.js';

const short = (value: number): string => String(Number(value.toPrecision(6)));
const listed = (word: string, { values, first, last, step }: Lines): string =>
  values.length === 1
    ? `one ${word}, ${first}`
    : `${values.length} ${word}s from ${first} to ${last}, every ${step}`;

/** How a survey lies, in sentences. */
export function geometrySentences(geometry: Geometry, traces: number): readonly string[] {
  const { kind, inlines, crosslines, offsets, cdps, bins, missing, duplicates, fold, grid, binSize } =
    geometry;
  const what = {
    '3d': 'A 3-D survey',
    '2d': 'A 2-D line',
    none: 'Traces without line numbers or CDPs that tell them apart',
  };
  return [
    `${what[kind]} of ${traces} traces, ${geometry.prestack ? 'before' : 'after'} stack.`,
    ...(kind === 'none' ? [] : [`${upper(listed('inline', inlines))}; ${listed('crossline', crosslines)}.`]),
    ...(cdps && cdps.values.length > 1 ? [`${upper(listed('CDP', cdps))}.`] : []),
    ...(offsets.values.length > 1 ? [`${upper(listed('offset', offsets))}.`] : []),
    ...(kind === '3d'
      ? [
          `${bins - missing} of ${bins} bins of the rectangle of lines hold traces, ${fold[0] === fold[1] ? fold[0] : `${fold[0]} to ${fold[1]}`} each.`,
        ]
      : []),
    ...(duplicates > 0 && kind !== 'none'
      ? [`${duplicates} traces have the place and offset of an earlier one.`]
      : []),
    ...(grid && binSize
      ? [
          `Bins of ${short(binSize.inline)} by ${short(binSize.crossline)} (inline by crossline distance, coordinate units); inlines run at ${short(grid.rotation)}° from north.`,
          `Coordinates lie within ${short(grid.residual.max)} of a plane grid.`,
        ]
      : ['Coordinates give no grid.']),
  ];
}

const upper = (text: string): string => text[0]!.toUpperCase() + text.slice(1);
