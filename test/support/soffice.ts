import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const soffice = process.env['TOOLBOX_SOFFICE'] ?? 'soffice';
export const hasSoffice = ((): boolean => {
  try {
    return execFileSync(soffice, ['--version'], { encoding: 'utf8' }).includes('LibreOffice');
  } catch {
    return false;
  }
})();

/** LibreOffice keeps the values that it finds in a file of Excel's unless it is told to compute all of them: 0, always. */
const settings = `<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item></oor:items>
`;

/** What LibreOffice computes: the sheets of a workbook by name, each as rows of cells, numbers with all their digits. */
export function recalculated(workbook: Uint8Array): {
  readonly [sheet: string]: readonly (readonly string[])[];
} {
  const folder = mkdtempSync(join(tmpdir(), 'toolbox-soffice-'));
  try {
    mkdirSync(join(folder, 'profile', 'user'), { recursive: true });
    writeFileSync(join(folder, 'profile', 'user', 'registrymodifications.xcu'), settings);
    writeFileSync(join(folder, 'book.xlsx'), workbook);
    const profile = `-env:UserInstallation=${pathToFileURL(join(folder, 'profile')).href}`;
    // Tabs, quotes, UTF-8, from line 1, values and not what is shown, every sheet.
    const csv = 'csv:Text - txt - csv (StarCalc):9,34,76,1,,0,false,false,false,false,false,-1';
    const args = [
      profile,
      '--headless',
      '--convert-to',
      csv,
      '--outdir',
      join(folder, 'out'),
      join(folder, 'book.xlsx'),
    ];
    execFileSync(soffice, args, { stdio: 'ignore', timeout: 120_000 });
    return Object.fromEntries(
      readdirSync(join(folder, 'out')).map((file) => [
        file.replace(/^book-/, '').replace(/\.csv$/, ''),
        readFileSync(join(folder, 'out', file), 'utf8')
          .trimEnd()
          .split('\n')
          .map((line) =>
            line.split('\t').map((cell) => cell.replace(/^"(.*)"$/s, '$1').replaceAll('""', '"')),
          ),
      ]),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
