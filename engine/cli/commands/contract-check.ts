import { readFileSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import { type Profile, profileOf } from '../../../components/lib/contract/drift.js';
import { outcomeSections } from '../../../components/lib/contract/report.js';
import { broken, scoreOf, verdictOf } from '../../../components/lib/contract/score.js';
import { utcTime } from '../../../components/lib/contract/values.js';
import { InputError } from '../../../components/lib/errors.js';
import type { Report } from '../../artifacts/artifact.js';
import { holdTo } from '../../component/contract-check.js';
import { reportHtml, reportMarkdown, reportText } from '../../export/report.js';
import { ProblemError, problem } from '../../problem.js';
import { doorTo, readDataFile, scratchWorkspace } from '../../run/read-file.js';
import { replaceFile } from '../../store/files.js';
import type { Run } from '../command.js';
import { catalogHere } from '../open.js';
import { print, printJson } from '../print.js';
import { contractAt, existing } from './contract.js';

const formats: { readonly [ending: string]: (report: Report) => string } = {
  '.md': reportMarkdown,
  '.txt': reportText,
  '.html': reportHtml,
  '.json': (report) => `${JSON.stringify(report, null, 2)}\n`,
};

export const run: Run = async ([typedData, typedContract], options) => {
  const path = existing(String(typedData));
  const contract = await contractAt(String(typedContract));
  const name = contract.name ?? String(typedContract);
  const out = options['out'] === undefined ? undefined : String(options['out']);
  const written = out === undefined ? undefined : formats[extname(out).toLowerCase()];
  if (out !== undefined && !written)
    throw usage(`a report cannot be written as "${out}"`, `endings: ${Object.keys(formats).join(', ')}`);
  const asOf = options['asOf'] === undefined ? Date.now() : utcTime(String(options['asOf']));
  if (Number.isNaN(asOf)) throw usage(`${options['asOf']} is no day such as 2024-01-31`);
  const before =
    options['reference'] === undefined ? 'no reference is given' : savedProfile(String(options['reference']));
  const workspace = scratchWorkspace(await catalogHere());
  try {
    const { signal } = new AbortController();
    const table = await readDataFile(doorTo(workspace, path, signal), path);
    const { findings, bad } = await holdTo(contract, table, { signal, asOf, before, name }).catch(
      (error: unknown) => {
        throw error instanceof InputError ? new ProblemError(problem('spec/value', error.message)) : error;
      },
    );
    const verdict = verdictOf(findings);
    const score = scoreOf(findings);
    const rowsBreached = bad.reduce((sum, flag) => sum + flag, 0);
    const report: Report = {
      kind: 'report',
      title: `Contract ${name}`,
      sections: outcomeSections({ name, verdict, score, rows: table.rows, rowsBreached, findings }),
    };
    if (out !== undefined && written) replaceFile(resolve(out), written(report));
    const status = verdict === 'fail' || (verdict === 'warn' && options['strict'] === true) ? 3 : 0;
    if (options['json'])
      printJson({
        ok: status === 0,
        verdict,
        score,
        rows: table.rows,
        rows_breached: rowsBreached,
        rules: findings.length,
        broken: broken(findings).map(({ check, message }) => ({
          severity: check.severity,
          columns: check.columns,
          message,
        })),
      });
    else print(reportText(report).trimEnd());
    return status;
  } finally {
    await workspace.close();
  }
};

const usage = (message: string, hint?: string) =>
  new ProblemError(problem('command/usage', message, hint === undefined ? {} : { hint }));

function savedProfile(typed: string): Profile {
  let found: Profile | undefined;
  try {
    found = profileOf(JSON.parse(readFileSync(existing(typed), 'utf8')));
  } catch (error) {
    if (error instanceof ProblemError) throw error;
  }
  if (!found) throw usage(`${typed} holds no profile`, 'save: { profile: … } of prep.contract writes one');
  return found;
}
