import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { folder, starts, toolbox } from '../support/starter.js';

function hostile(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}
const lines = (header: string, row: (i: number) => string, rows = 80) =>
  `${header}\n${Array.from({ length: rows }, (_, i) => row(i)).join('\n')}\n`;

describe('a project around a table of somebody', () => {
  it('German numbers, a byte-order mark, an id, days, rows without a target', () => {
    const text = lines(
      'Kunden-ID;Preis (€);Größe;bestellt;Status: neu',
      (i) =>
        `K${1000 + i};${i % 9},${10 + i};${i % 3 ? 'groß' : ''};${(i % 28) + 1}.${(i % 12) + 1}.2024;${i % 10 === 7 ? '' : i % 9 > 4 ? 'ja' : 'nein'}`,
    );
    const { project, made, pipeline } = starts(hostile('kunden.csv', `\ufeff${text}`), 'Status: neu');
    expect(toolbox(project, 'test').stdout).toContain('2 passed, 0 failed');
    expect(made).toContain('Kunden-ID: each row has its own');
    expect(pipeline).toContain('by: time, time: bestellt');
    expect(pipeline).toContain('prep.drop-missing');
  });

  it('days with the name of the month, whose way of writing stands in the pipeline', () => {
    const text = lines(
      'when,x,y',
      (i) => `${(i % 28) + 1}-${i < 28 ? 'Jan' : i < 56 ? 'Feb' : 'Mar'}-21,${i % 7},${i % 3}`,
    );
    const { made, pipeline } = starts(hostile('named.csv', text), 'y');
    expect(made).toContain('dates are written as in 13-Jan-21');
    expect(pipeline).toContain('dates: 13-Jan-21');
    expect(pipeline).toContain('by: time, time: when');
  });

  it('columns that are empty, constant, all different, or of many texts', () => {
    const text = lines(
      'row,empty,same,comment,city,x,y',
      (i) => `${i + 1},,1,"text ${i}, and more",city ${i % 60},${i % 11},${(i % 11) * 2 + (i % 3)}.5`,
      200,
    );
    const { made } = starts(hostile('odd.csv', text), 'y');
    for (const left of [
      'row: it numbers',
      'empty: it is empty',
      'same: it has one value',
      'comment: each row',
      'city: 60 different',
    ])
      expect(made).toContain(left);
  });

  it('UTF-16 with tabs, a rare class, quotes with line ends, names that YAML, expressions and spreadsheets take for something else', () => {
    const names = ['a: b # c', 'it\'s "x"', '=1+1', '${{ params.data }}', '- no', 'null', '{y}'];
    const text = lines(
      names.map((name) => `"${name.replaceAll('"', '""')}"`).join('\t'),
      (i) =>
        `${i % 13}\t"a\n${i % 2}"\t${i % 7}\t${i}\t${i % 2}\t${i / 2}\t${i === 3 || i === 40 ? '@rare' : i % 13 > 6 ? '@up' : '=down'}`,
      120,
    );
    starts(hostile('wide.tsv', Buffer.from(`\ufeff${text}`, 'utf16le')), '{y}');
  });

  it('what is ambiguous is asked for, and can be said', () => {
    const file = hostile(
      'ambiguous.csv',
      lines('x;y', (i) => `1.${100 + ((7 * i) % 80)};${(7 * i) % 80 > 40 ? 1 : 0}`),
    );
    const asked = toolbox(folder, 'new', 'asked', '--from-data', file, '--target', 'y');
    expect(asked).toMatchObject({ status: 2 });
    expect(asked.stderr).toContain('can be read as 1.1 or as 1100');
    starts(file, 'y', '--read', 'numbers=1.234,56');
  });

  it('a target that is not there, has one value, or is a text of its own in each row', () => {
    const file = hostile(
      'poor.csv',
      lines('id,one,x', (i) => `a${i},1,${i}`),
    );
    const problem = (target: string) =>
      toolbox(folder, 'new', 'poor', '--from-data', file, '--target', target).stderr;
    expect(problem('on')).toContain('did you mean "one"?');
    expect(problem('one')).toContain('"one" has one value throughout');
    expect(problem('id')).toContain('"id" has 80 different texts in 80 rows');
  });
});
