import type { Report } from '../artifacts/artifact.js';

/** A report as Markdown. Its text is plain, so what Markdown would take for markup or a link is escaped. */
export const reportMarkdown = ({ title, sections }: Report): string =>
  [
    `# ${escaped(title)}`,
    ...sections.map(({ heading, text }) => `## ${escaped(heading)}\n\n${escaped(text.trim())}`),
    '',
  ].join('\n\n');

const escaped = (text: string): string => text.replace(/[<[\\`]/g, (sign) => `\\${sign}`);

/** A report as plain text, headings underlined. */
export const reportText = ({ title, sections }: Report): string =>
  [
    underlined(title, '='),
    ...sections.map(({ heading, text }) => `${underlined(heading, '-')}\n\n${text.trim()}`),
    '',
  ].join('\n\n');

const underlined = (text: string, line: string): string => `${text}\n${line.repeat(text.length)}`;

const html = (text: string): string => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** A report as one page without outside parts; lines that begin with "- " are a list. */
export const reportHtml = ({ title, sections }: Report): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${html(title)}</title>
<style>:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:48rem;margin:2rem auto;padding:0 1rem;overflow-wrap:anywhere}</style>
</head><body><h1>${html(title)}</h1>
${sections.map(({ heading, text }) => `<h2>${html(heading)}</h2>\n${blocks(text)}`).join('\n')}
</body></html>
`;

const blocks = (text: string): string =>
  text
    .trim()
    .split(/\n{2,}/)
    .map((block) => {
      const lines = block.split('\n');
      return lines.every((line) => line.startsWith('- '))
        ? `<ul>${lines.map((line) => `<li>${html(line.slice(2))}</li>`).join('')}</ul>`
        : `<p>${html(block)}</p>`;
    })
    .join('\n');
