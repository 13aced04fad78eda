import { quantileSorted } from '../statistics/order.js';
import { endsOf, type LineAxis } from './cells.js';
import { type Colour, classColours, missingColour, ramp } from './colours.js';
import { colourBar, legend, legendWidth, type Scale, scaleWidth } from './legend.js';
import { axes, marginBottom, marginLeft, type Panel } from './panel.js';
import { picture } from './raster.js';
import { element, faint, figure, ink, type Markup, text } from './svg.js';
import { fitted } from './text.js';

export interface SectionFigure {
  readonly title: string;
  /** Where the traces lie, side by side, and what numbers them. */
  readonly along: LineAxis;
  readonly alongLabel: string;
  /** Which trace stands at each place of `along`; −1 for none. */
  readonly traces: Int32Array;
  /** Row-major traces × samples. */
  readonly samples: Float32Array;
  readonly width: number;
  /** Of the first and the last sample, and its name with unit. */
  readonly vertical: { readonly from: number; readonly to: number; readonly label: string };
  readonly scale: Scale;
  /** A class for each place of `along` (−1 for none), as a strip above the traces. */
  readonly classes?: {
    readonly codes: Int32Array;
    readonly labels: readonly string[];
    readonly label: string;
  };
}

/** More rows of pixels than a screen has help nobody. */
const mostRows = 2000;
const levels = 255;

/** Traces side by side as columns of colour, the first sample on top (variable density). */
export function sectionFigure(section: SectionFigure): Markup {
  const { along, vertical, classes } = section;
  const [from, to] = endsOf(along);
  const stripHeight = classes ? 16 : 0;
  const half = (vertical.to - vertical.from) / Math.max(1, section.width - 1) / 2;
  const panel: Panel = {
    left: marginLeft,
    top: 44 + (classes ? stripHeight + 26 : 0),
    width: Math.min(820, Math.max(420, along.count * 3)),
    height: 420,
    x: { from, to, label: section.alongLabel, integers: Number.isInteger(along.step) },
    y: { from: vertical.to + half, to: vertical.from - half, label: vertical.label },
  };
  const strip = { ...panel, top: 60, height: stripHeight };
  const colours = classes ? classColours(classes.labels.length) : [];
  const entries = colours.map((colour, i) => ({ colour, label: classes!.labels[i]! }));
  const right = panel.left + panel.width + 22;
  const width = right + Math.max(scaleWidth, legendWidth(entries)) + 16;
  return figure(
    width,
    panel.top + panel.height + marginBottom + 14,
    section.title,
    text(marginLeft, 24, fitted(section.title, width - marginLeft - 16, 15), { size: 15, weight: 'bold' }),
    picture(panel, pixelsOf(section)),
    axes(panel),
    colourBar(right, panel.top, 200, section.scale),
    classes
      ? stripOf(strip, classes.codes, colours) +
          text(marginLeft, 54, classes.label, { size: 11, fill: faint })
      : '',
    legend(right, panel.top + 224, panel.height - 224, entries),
  );
}

function stripOf(place: Panel, codes: Int32Array, colours: readonly Colour[]): Markup {
  const pixels = Uint8Array.from(codes, (code) => (code < 0 ? 0 : 1 + (code % levels)));
  const palette = [missingColour, ...colours.slice(0, levels)];
  return (
    picture(place, { width: codes.length, height: 1, pixels, palette }) +
    element('rect', {
      x: place.left,
      y: place.top,
      width: place.width,
      height: place.height,
      fill: 'none',
      stroke: ink,
    })
  );
}

/** Colour 0 stands for no trace and no value. */
function pixelsOf({ along, traces, samples, width, scale }: SectionFigure) {
  const every = Math.ceil(width / mostRows);
  const height = Math.ceil(width / every);
  const pixels = new Uint8Array(along.count * height);
  const span = scale.to - scale.from;
  for (let place = 0; place < along.count; place++) {
    const trace = traces[place]!;
    if (trace < 0) continue;
    for (let row = 0; row < height; row++) {
      const value = samples[trace * width + row * every]!;
      if (Number.isNaN(value)) continue;
      const share = span > 0 ? (value - scale.from) / span : 0.5;
      pixels[row * along.count + place] = 1 + Math.min(levels - 1, Math.max(0, Math.floor(share * levels)));
    }
  }
  return { width: along.count, height, pixels, palette: [missingColour, ...ramp(scale.ramp, levels)] };
}

/**
 * Ends of a colour scale that a few outliers do not stretch: amplitudes about 0 alike on both sides, values of one
 * sign from low to high. `share` of the values lie within. At most 100,000 values are looked at, evenly spread.
 */
export function amplitudeRange(
  samples: Float32Array,
  share: number,
): { from: number; to: number; signed: boolean } {
  const every = Math.ceil(samples.length / 100_000) || 1;
  const seen = samples.filter((value, i) => i % every === 0 && Number.isFinite(value)).sort();
  if (seen.length === 0) return { from: -1, to: 1, signed: true };
  const signed = seen[0]! < 0 && seen.at(-1)! > 0;
  if (!signed)
    return { from: quantileSorted(seen, (1 - share) / 2), to: quantileSorted(seen, (1 + share) / 2), signed };
  const sizes = seen.map(Math.abs).sort();
  const end = quantileSorted(sizes, share) || sizes.at(-1)!;
  return { from: -end, to: end, signed };
}
