import { toPng } from '../../components/lib/plot/to-png.js';
import type { FileArtifact } from '../artifacts/artifact.js';
import type { Table } from '../artifacts/table.js';
import type { Context } from '../component.js';

/** A figure as SVG with the same as PNG, and the table that it draws. */
export const svgFigure = async (
  ctx: Context,
  name: string,
  svg: string,
  data: Table,
): Promise<FileArtifact> =>
  ctx.file({
    name: `${name}.svg`,
    media: 'image/svg+xml',
    bytes: new TextEncoder().encode(svg),
    also: { png: await toPng(svg, ctx.compute) },
    data,
  });
