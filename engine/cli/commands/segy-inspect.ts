import { basename, extname } from 'node:path';
import { describe } from '../../../components/lib/segy/describe.js';
import { type Finding, findingsOf, wordsOf } from '../../../components/lib/segy/inspect/findings.js';
import { binaryRows, type HeaderRow } from '../../../components/lib/segy/inspect/meaning.js';
import { type LineSection, middleSection } from '../../../components/lib/segy/inspect/section.js';
import { gridSketch, sectionSketch } from '../../../components/lib/segy/inspect/sketch.js';
import { type Survey, surveyOf } from '../../../components/lib/segy/inspect/survey.js';
import { traceHeaderRows } from '../../../components/lib/segy/inspect/trace-header.js';
import type { Layout } from '../../../components/lib/segy/layout.js';
import { overridesOf } from '../../../components/lib/segy/settings.js';
import { type FileSource, fileSource } from '../../../components/lib/segy/source.js';
import type { Options, Run } from '../command.js';
import { countFrom } from '../options.js';
import { print, printJson, short } from '../print.js';
import { printable } from '../printable.js';
import { factsOf } from '../segy-facts.js';
import { fileTyped, readSettings, segyProblem } from '../segy-file.js';
import { columns, type Terminal, terminalOf, wrapped } from '../terminal.js';

export const run: Run = async ([typed], options) => {
  const path = fileTyped(typed);
  await using source = await fileSource(path);
  const found = await describe(source, overridesOf(await readSettings(options), path));
  if (!found.ok) throw segyProblem(found.problem, String(typed));
  const layout = found.value;
  const t = terminalOf(process.stdout);
  const trace = countFrom(options, 'trace', Math.max(1, layout.trace.traces));
  if (trace !== undefined) return await oneTrace(source, layout, trace, options, t);
  const survey = await surveyOf(source, layout);
  const section = survey && (await middleSection(source, layout, survey));
  const findings = findingsOf(layout, survey, section);
  const picture =
    options['picture'] && survey && section ? await draw(path, options, layout, survey, section) : undefined;
  if (options['json']) {
    const { headers: _, geometry, ...rest } = survey ?? {};
    printJson({
      file: path,
      layout,
      binary: binaryRows(layout),
      geometry,
      survey: survey && rest,
      findings,
      picture,
    });
    return 0;
  }
  print(
    `${printable(path, t.unicode || !t.interactive)}\n${columns(factsOf(layout, survey), t.columns, undefined, 'wrap')}`,
  );
  if (layout.kind === 'segy') {
    const rows = binaryRows(layout).filter(({ value, field }) => value !== 0 || always.has(field));
    print(`\nbinary header, fields that are not 0\n${headerTable(rows, t)}`);
    print(`\ntext header (${layout.textEncoding.toUpperCase()})\n${textOf(layout, t)}`);
  }
  if (section && t.interactive && t.unicode && t.columns >= 80) print(sketchOf(survey, section, t));
  print(problemsText(findings, t));
  if (picture) print(`\npicture: ${picture}`);
  return 0;
};

/** Shown though they are 0, since a reader needs them. */
const always = new Set(['Interval', 'Samples', 'Format', 'SEGYRevision']);

function headerTable(rows: readonly HeaderRow[], t: Terminal): string {
  const cells = rows.map(({ field, byte, value, meaning }) => [field, String(byte), short(value), meaning]);
  return columns(cells, t.columns, ['field', 'byte', 'value', 'meaning']);
}

function textOf({ text, extendedText }: Layout, t: Terminal): string {
  const shown = (lines: readonly string[]) =>
    lines
      .filter((line) => wordsOf(line) !== '')
      .map((line) => printable(line, t.unicode || !t.interactive))
      .join('\n') || '(empty)';
  return [
    shown(text),
    ...extendedText.map((lines, i) => `extended text header ${i + 1}\n${shown(lines)}`),
  ].join('\n');
}

function problemsText(findings: readonly Finding[], t: Terminal): string {
  if (findings.length === 0) return `\n${t.good('no problems found')}`;
  const text = (message: string, indent: string) =>
    wrapped(printable(message, t.unicode || !t.interactive), t.columns - indent.length).join(`\n${indent}`);
  return findings
    .map(
      ({ message, hint }) => `\n${t.warn('note')}  ${text(message, '      ')}\n    = ${text(hint, '      ')}`,
    )
    .join('');
}

function sketchOf(survey: Survey, section: LineSection, t: Terminal): string {
  const lines = sectionSketch(section, t.columns - 2, 14);
  const parts = [`\n${section.title}\n${lines.map((line) => `  ${line}`).join('\n')}`];
  if (survey.geometry.kind === '3d') {
    const grid = gridSketch(survey.headers, t.columns - 2, 8);
    parts.push(
      `\ntraces on the grid, crosslines to the right, inlines upwards\n${grid.map((line) => `  ${line}`).join('\n')}`,
    );
  }
  return parts.join('\n');
}

async function oneTrace(
  source: FileSource,
  layout: Layout,
  number: number,
  options: Options,
  t: Terminal,
): Promise<number> {
  const rows = layout.trace.traces === 0 ? [] : await traceHeaderRows(source, layout, number - 1);
  if (options['json']) printJson({ trace: number, fields: rows });
  else {
    const cells = rows.map(({ field, byte, type, value, scaled, meaning }) => [
      String(byte),
      type,
      short(value),
      scaled === undefined ? '' : short(scaled),
      meaning ? `${field}: ${meaning}` : field,
    ]);
    print(columns(cells, t.columns, ['byte', 'type', 'value', 'with scalar', 'field'], 'wrap'));
  }
  return 0;
}

async function draw(
  path: string,
  options: Options,
  layout: Layout,
  survey: Survey,
  section: LineSection,
): Promise<string> {
  const { inspectionFigure } = await import('../../../components/lib/segy/inspect/picture.js');
  const { writePicture } = await import('../picture.js');
  const name = basename(path, extname(path));
  const asked = options['picture'];
  const out = typeof asked === 'string' ? asked : `${name}-inspect.png`;
  return writePicture(out, inspectionFigure(layout, survey, section, name));
}
