import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { odcsOf } from '../../../components/lib/contract/odcs/export.js';
import { contractOfOdcs } from '../../../components/lib/contract/odcs/import.js';
import { writtenContract } from '../../../components/lib/contract/write.js';
import { InputError } from '../../../components/lib/errors.js';
import { ProblemError, problem } from '../../problem.js';
import type { Run } from '../command.js';
import { printJson } from '../print.js';
import { contractAt, contractText, existing, writeOrPrint } from './contract.js';

/** What did not make the way, on standard error, so that standard output holds the contract alone. */
function tell(heading: string, lines: readonly string[]): void {
  if (lines.length > 0) process.stderr.write(`${heading}:\n${lines.map((line) => `  ${line}\n`).join('')}`);
}

const stem = (path: string): string => basename(path).replace(/(\.odcs)?\.ya?ml$/i, '');

export const exportContract: Run = async ([typed], options) => {
  const path = String(typed);
  const contract = await contractAt(path);
  const { stringify } = await import('yaml');
  const { document, custom } = odcsOf(contract, {
    name: contract.name ?? stem(path),
    version: String(options['contractVersion']),
    yaml: (value) => stringify(value, { lineWidth: 0 }),
  });
  if (options['json']) {
    printJson({ document, custom });
    return 0;
  }
  writeOrPrint(await safeYaml(document), options['out']);
  tell('carried as custom rules, which only this engine understands', custom);
  return 0;
};

/** With quotes around what the many readers of YAML 1.1 would take for a date or a truth: 2024-01-31, no. */
async function safeYaml(value: unknown): Promise<string> {
  const { Document, Scalar, visit } = await import('yaml');
  const document = new Document(value);
  visit(document, {
    Scalar(_, node) {
      if (typeof node.value === 'string' && /^(\d{4}-\d\d|[yn]$|yes$|no$|on$|off$)/i.test(node.value))
        node.type = Scalar.QUOTE_DOUBLE;
    },
  });
  return document.toString({ lineWidth: 0 });
}

export const importContract: Run = async ([typed], options) => {
  const path = String(typed);
  const { parse } = await import('yaml');
  let document: unknown;
  try {
    document = parse(readFileSync(existing(path), 'utf8'), { maxAliasCount: 100 });
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    throw new ProblemError(problem('yaml/syntax', `${path}: ${(error as Error).message.split('\n')[0]}`));
  }
  const schema = options['schema'] === undefined ? undefined : String(options['schema']);
  const { contract, lost } = await contractOfOdcs(document, schema).catch((error: unknown) => {
    if (!(error instanceof InputError)) throw error;
    throw new ProblemError(
      problem('data/format', `${path}: ${error.message}`, {
        ...(error.code === 'schema' && { hint: `toolbox contract import ${path} --schema NAME` }),
      }),
    );
  });
  const written = writtenContract(contract);
  if (options['json']) {
    printJson({ contract: written, lost });
    return 0;
  }
  writeOrPrint(
    `# From ${basename(path)}, Open Data Contract Standard.\n${await contractText(written)}`,
    options['out'],
  );
  tell('not carried over', lost);
  return 0;
};
