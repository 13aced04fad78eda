import type { Panel } from './panel.js';
import { encodePng, type Raster } from './png.js';
import { element, type Markup } from './svg.js';

/** Pixels spread over the whole panel, each a sharp rectangle: a map of a million cells stays one element. */
export const picture = (
  { left, top, width, height }: Pick<Panel, 'left' | 'top' | 'width' | 'height'>,
  raster: Raster,
): Markup =>
  element('image', {
    x: left,
    y: top,
    width,
    height,
    preserveAspectRatio: 'none',
    // Nearest neighbour, not smoothed.
    'image-rendering': 'optimizeSpeed',
    href: `data:image/png;base64,${Buffer.from(encodePng(raster)).toString('base64')}`,
  });
