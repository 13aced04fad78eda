/**
 * SVG as text, by hand and not by a chart library: a figure here is a few axes, rasters and words, the bytes must be
 * the same everywhere (chart libraries lay text out by the fonts they find), a map of a million cells must stay one
 * image, and start-up must not pay for a grammar of graphics.
 */

/** Markup that was escaped already; only `svg.ts` makes it out of text. */
export type Markup = string;

export interface Attributes {
  readonly [name: string]: string | number | undefined;
}

const special: { readonly [c: string]: string } = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as XML content or attribute; characters that XML forbids, or that turn the direction of writing, become U+FFFD. */
export const escapeXml = (value: string): Markup =>
  value
    .toWellFormed()
    .replace(
      /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]/g,
      '\ufffd',
    )
    .replace(/[&<>"']/g, (c) => special[c]!);

/** At most two decimals: a hundredth of a pixel, and bytes that do not hang on the last bit of a sum. */
const pixel = (value: number): string => String(Math.round(value * 100) / 100 + 0);

export function element(name: string, attributes: Attributes, ...children: readonly Markup[]): Markup {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${typeof value === 'number' ? pixel(value) : escapeXml(value!)}"`)
    .join('');
  return children.length > 0 ? `<${name}${written}>${children.join('')}</${name}>` : `<${name}${written}/>`;
}

export interface TextStyle {
  readonly size?: number;
  readonly anchor?: 'start' | 'middle' | 'end';
  readonly weight?: 'bold';
  readonly fill?: string;
  /** Degrees clockwise around the anchor. */
  readonly rotate?: number;
}

/** One line of text with its baseline at (x, y). */
export const text = (x: number, y: number, content: string, style: TextStyle = {}): Markup =>
  element(
    'text',
    {
      x,
      y,
      'font-size': style.size ?? 12,
      'text-anchor': style.anchor === 'start' ? undefined : style.anchor,
      'font-weight': style.weight,
      fill: style.fill ?? ink,
      transform: style.rotate ? `rotate(${style.rotate} ${pixel(x)} ${pixel(y)})` : undefined,
    },
    escapeXml(content),
  );

export const group = (x: number, y: number, ...children: readonly Markup[]): Markup =>
  element('g', { transform: `translate(${pixel(x)} ${pixel(y)})` }, ...children);

/** Colours of everything that is not data. */
export const ink = '#222222';
export const faint = '#666666';
export const rule = '#cccccc';
export const paper = '#ffffff';

/** What the same colours are where a browser shows the figure on a dark page; what is data keeps its colours. */
const dark = [
  ['.paper', 'fill', '#15181d'],
  [`[fill="${ink}"]`, 'fill', '#e7eaee'],
  [`[stroke="${ink}"]`, 'stroke', '#e7eaee'],
  [`[fill="${faint}"]`, 'fill', '#a4adba'],
  [`[stroke="${faint}"]`, 'stroke', '#a4adba'],
  [`[stroke="${rule}"]`, 'stroke', '#4a535f'],
]
  .map(([selector, property, colour]) => `${selector}{${property}:${colour}}`)
  .join('');

/** A whole figure, on a light ground or where a browser asks for it a dark one, with a title that screen readers say. */
export const figure = (
  width: number,
  height: number,
  title: string,
  ...children: readonly Markup[]
): Markup =>
  `${element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      width,
      height,
      viewBox: `0 0 ${pixel(width)} ${pixel(height)}`,
      // DejaVu Sans is what the PNG is drawn with; Verdana has the same widths where a browser lacks it.
      'font-family': 'DejaVu Sans, Verdana, sans-serif',
      role: 'img',
    },
    element('title', {}, escapeXml(title)),
    // Rasters with sharp cells. Browsers know only this word of CSS for it, resvg only SVG's own (see raster.ts).
    `<style>@supports (image-rendering:pixelated){image{image-rendering:pixelated}}@media (prefers-color-scheme:dark){${dark}}</style>`,
    element('rect', { class: 'paper', width, height, fill: paper }),
    ...children,
  )}\n`;

/** Whole figures one below another as one. */
export function stacked(title: string, figures: readonly Markup[]): Markup {
  const sizes = figures.map((markup) => {
    const [, width, height] = /^<svg [^>]*?width="([\d.]+)" height="([\d.]+)"/.exec(markup)!;
    return { width: Number(width), height: Number(height) };
  });
  let top = 0;
  const placed = figures.map((markup, i) => {
    const at = markup.replace(/^<svg /, `<svg x="0" y="${pixel(top)}" `);
    top += sizes[i]!.height;
    return at.trimEnd();
  });
  return figure(Math.max(...sizes.map(({ width }) => width)), top, title, ...placed);
}
