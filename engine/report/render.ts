import type { CardView } from './card.js';
import type { DiffView } from './diff/page.js';
import { card } from './templates/card.js';
import { diff } from './templates/diff.js';
import { html, htmlBars, htmlFigure, htmlGrid } from './templates/html.js';
import { markdown, markdownFigure, markdownGrid } from './templates/markdown.js';
import { style } from './templates/style.js';
import type { View } from './view.js';

/** Text that Markdown takes for nothing but text, on one line: no emphasis, link, table cell or HTML. */
export const plainMarkdown = (text: string): string =>
  text
    .replace(/\s+/g, ' ')
    .replace(/[\u0000-\u001f\u007f-\u009f]/g, '\ufffd')
    .replace(/[\\`*[\]|~#]/g, '\\$&')
    .replace(/(?<!\w)_|_(?!\w)/g, '\\_')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/^(\d+)([.)])(?=\s|$)/, '$1\\$2')
    .replace(/^([-+=])/, '\\$1');

/** Without what would turn the direction of writing or is no text; nothing of a template is among it. */
const calm = (page: string): string =>
  page.replace(
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g,
    '\ufffd',
  );

async function environment() {
  const { default: handlebars } = await import('handlebars');
  const made = handlebars.create();
  made.registerHelper('md', (value: unknown) => plainMarkdown(String(value ?? '')));
  made.registerHelper('isError', (severity: unknown) => severity === 'error');
  // So few rows stay on one sheet of paper.
  made.registerHelper('isFew', (rows: readonly unknown[]) => rows.length <= 10);
  made.registerHelper('paragraphs', (text: unknown) => String(text).split(/\n\s*\n/));
  return made;
}

export const renderMarkdown = (view: View): Promise<string> => text(markdown, view);
export const renderCard = (view: CardView): Promise<string> => text(card, view);

async function text(template: string, view: object): Promise<string> {
  const handlebars = await environment();
  handlebars.registerPartial('grid', handlebars.compile(markdownGrid, { noEscape: true }));
  handlebars.registerPartial('figure', handlebars.compile(markdownFigure, { noEscape: true }));
  return calm(handlebars.compile(template, { noEscape: true })(view));
}

export const renderHtml = (view: View): Promise<string> => page(html, view);
export const renderDiff = (view: DiffView): Promise<string> => page(diff, view);

async function page(template: string, view: object): Promise<string> {
  const handlebars = await environment();
  handlebars.registerPartial('grid', handlebars.compile(htmlGrid));
  handlebars.registerPartial('figure', handlebars.compile(htmlFigure));
  handlebars.registerPartial('bars', handlebars.compile(htmlBars));
  handlebars.registerPartial('style', style);
  return calm(handlebars.compile(template)(view));
}
