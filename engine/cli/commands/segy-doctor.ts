import { diagnose } from '../../../components/lib/segy/doctor/diagnose.js';
import type { Diagnosis } from '../../../components/lib/segy/doctor/diagnosis.js';
import type { Verdict } from '../../../components/lib/segy/doctor/verdict.js';
import { fileSource } from '../../../components/lib/segy/source.js';
import type { Run } from '../command.js';
import { print, printJson } from '../print.js';
import { printable } from '../printable.js';
import { fileTyped } from '../segy-file.js';
import { type Terminal, terminalOf, wrapped } from '../terminal.js';

export const run: Run = async ([typed], options) => {
  const path = fileTyped(typed);
  await using source = await fileSource(path);
  const diagnosis = await diagnose(source, /\.su$/i.test(path));
  const status = diagnosis.readable ? 0 : 1;
  if (options['json']) {
    printJson({ ok: diagnosis.readable, file: path, ...diagnosis });
    return status;
  }
  const t = terminalOf(process.stdout);
  print(printable(path, t.unicode));
  print(diagnosis.readable ? readableText(diagnosis, t) : unreadableText(diagnosis, t));
  return status;
};

function readableText({ verdicts, lines, remarks }: Diagnosis, t: Terminal): string {
  const width = Math.max(...verdicts.map(({ question }) => question.length));
  const settings =
    lines.length === 0
      ? t.good('opens with defaults')
      : [
          'opens with',
          '',
          '  use: ingest.segy',
          '  with:',
          '    path: …',
          ...lines.map((line) => `    ${line}`),
        ].join('\n');
  return [
    '',
    ...verdicts.map((verdict) => verdictText(verdict, width, t)),
    '',
    settings,
    ...remarks.map((remark) => `\n${t.warn('note')}  ${indented(remark, 6, t)}`),
  ].join('\n');
}

function verdictText(
  { question, answer, confidence, level, evidence, others }: Verdict,
  width: number,
  t: Terminal,
): string {
  const paint = { sure: t.good, likely: t.warn, unsure: t.error }[level];
  const mark = `${paint(level.padEnd(6))} ${percent(confidence).padStart(5)}`;
  const left = 15;
  const lines = [
    `${mark}  ${question.padEnd(width)}  ${indented(answer, left + width + 2, t)}`,
    ...evidence.map((text) => `${' '.repeat(left)}${t.dim(indented(text, left, t))}`),
    ...(level === 'sure'
      ? []
      : others
          .slice(0, 2)
          .map(
            (other) =>
              `${' '.repeat(left)}${indented(`or ${other.answer} (${percent(other.confidence).trim()})`, left, t)}`,
          )),
  ];
  return lines.join('\n');
}

/** Nothing is certain. */
const percent = (share: number): string =>
  share >= 0.995 ? '>99 %' : `${Math.max(1, Math.round(100 * share))} %`;

const indented = (text: string, left: number, t: Terminal): string =>
  wrapped(text, t.columns - left).join(`\n${' '.repeat(left)}`);

const unreadableText = ({ remarks }: Diagnosis, t: Terminal): string =>
  [
    `\n${t.error('not readable')} as SEG-Y or SU`,
    ...remarks.map((remark) => `  ${indented(remark, 2, t)}`),
  ].join('\n');
