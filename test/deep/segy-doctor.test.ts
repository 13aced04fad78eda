import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { isReal, measured, type Outcome, outcomesOf } from '../lib/segy/doctor/measure.js';
import { mutations } from '../lib/segy/doctor/mutations.js';
import { hasSharedData } from '../lib/segy/support.js';

/**
 * Every file, as it is and made wrong in each way, against expected.json; the tables of docs/segy.md are made of it:
 * `WRITE_TABLES=1` writes them, without it they must be what stands there.
 */
const guide = fileURLToPath(new URL('../../docs/segy.md', import.meta.url));
const asked = {
  opens: 'opens',
  'byte order': 'byte order',
  format: 'format',
  samples: 'samples',
  lines: 'lines',
  'no grid where there is none': 'no false grid',
  places: 'coordinates',
};

function scoreTable(outcomes: readonly Outcome[]): string {
  const rows = Object.keys(mutations).map((mutation) => {
    const these = outcomes.filter((outcome) => outcome.mutation === mutation);
    const cells = Object.keys(asked).map((mark) => {
      const marks = these.map(({ marks }) => marks[mark]).filter((right) => right !== undefined);
      return marks.length === 0 ? '–' : `${marks.filter(Boolean).length} of ${marks.length}`;
    });
    return `| ${[mutation, ...cells].join(' | ')} |`;
  });
  const head = ['copy', ...Object.values(asked)];
  return [`| ${head.join(' | ')} |`, `|${head.map(() => '---').join('|')}|`, ...rows].join('\n');
}

const judged = {
  'byte order': 'byte order',
  'sample format': 'format',
  'samples a trace': 'samples',
  'inline and crossline': 'lines',
  coordinates: 'places',
} as const;

/** How often answers of each level were right. */
function levelTable(outcomes: readonly Outcome[]): string {
  const rows = Object.entries(judged).map(([question, mark]) => {
    const cells = ['sure', 'likely', 'unsure'].map((level) => {
      const marks = outcomes.flatMap(({ diagnosis, marks }) =>
        marks[mark] !== undefined &&
        diagnosis.verdicts.some((verdict) => verdict.question === question && verdict.level === level)
          ? [marks[mark]]
          : [],
      );
      return marks.length === 0 ? '–' : `${marks.filter(Boolean).length} of ${marks.length}`;
    });
    return `| ${[question, ...cells].join(' | ')} |`;
  });
  return ['| question | sure | likely | unsure |', '|---|---|---|---|', ...rows].join('\n');
}

test.skipIf(!hasSharedData)(
  'the doctor is right as often as docs/segy.md says',
  async () => {
    const outcomes: Outcome[] = [];
    for (const file of measured) outcomes.push(...(await outcomesOf(file)));
    const tables = {
      real: scoreTable(outcomes.filter(({ file }) => isReal(file))),
      small: scoreTable(outcomes.filter(({ file }) => !isReal(file))),
      levels: levelTable(outcomes),
    };
    let text = readFileSync(guide, 'utf8');
    for (const [name, table] of Object.entries(tables)) {
      const place = new RegExp(`(<!-- ${name}: [^>]*-->\n)[\\s\\S]*?(?=\n\n)`);
      expect(text).toMatch(place);
      text = text.replace(place, (_, mark: string) => `${mark}${table}`);
    }
    if (process.env['WRITE_TABLES']) writeFileSync(guide, text);
    expect(readFileSync(guide, 'utf8')).toBe(text);
    const surveys = outcomes.filter(({ file }) => isReal(file));
    const missed = surveys.filter(({ marks }) => Object.values(marks).includes(false));
    // A floor that holds though tables are written anew.
    expect(missed.length / surveys.length).toBeLessThan(0.04);
  },
  1_800_000,
);
