import { existsSync, readFileSync } from 'node:fs';
import { basename, extname, resolve } from 'node:path';
import type { Contract } from '../../../components/lib/contract/contract.js';
import { diffContracts } from '../../../components/lib/contract/diff.js';
import { inferContract } from '../../../components/lib/contract/infer.js';
import { readContract } from '../../../components/lib/contract/read.js';
import { columnFacts } from '../../artifacts/facts.js';
import type { Table } from '../../artifacts/table.js';
import { ProblemError, problem } from '../../problem.js';
import { doorTo, readDataFile, scratchWorkspace } from '../../run/read-file.js';
import { replaceFile } from '../../store/files.js';
import type { Run } from '../command.js';
import { catalogHere } from '../open.js';
import { print, printJson } from '../print.js';
import { columns, terminalOf } from '../terminal.js';

/** Columns that are read at a time: a wide table of traces need not be held whole. */
export async function factsOf(table: Table) {
  const facts = [];
  for (const field of table.schema.fields) facts.push(columnFacts(field, await table.column(field.name)));
  return facts;
}

export const infer: Run = async ([typed], options) => {
  const path = existing(String(typed));
  const workspace = scratchWorkspace(await catalogHere());
  try {
    const table = await readDataFile(doorTo(workspace, path, new AbortController().signal), path);
    const name = basename(path, extname(path));
    const contract = inferContract(name, await factsOf(table));
    if (options['json']) {
      printJson(contract);
      return 0;
    }
    const text = `# What ${basename(path)} keeps, ${table.rows} rows: read it, and keep what is meant.\n${await contractText(contract)}`;
    writeOrPrint(text, options['out']);
    return 0;
  } finally {
    await workspace.close();
  }
};

/** To a new file, or to standard output where none is named. */
export function writeOrPrint(text: string, out: unknown): void {
  if (typeof out !== 'string') {
    print(text.trimEnd());
    return;
  }
  if (existsSync(out))
    throw new ProblemError(
      problem('command/usage', `${out} is there already`, {
        hint: 'choose another name, then compare: toolbox contract diff',
      }),
    );
  replaceFile(resolve(out), text);
  print(`written ${out}`);
}

/** As a person writes a contract: a line a column. */
export async function contractText(contract: { readonly [key: string]: unknown }): Promise<string> {
  const { Document, isMap } = await import('yaml');
  const document = new Document(contract);
  const columnsNode = document.get('columns');
  const rows = document.get('rows');
  if (isMap(rows)) rows.flow = true;
  if (isMap(columnsNode)) for (const { value } of columnsNode.items) if (isMap(value)) value.flow = true;
  return document.toString({ lineWidth: 0, flowCollectionPadding: true });
}

export const diff: Run = async ([before, after], options) => {
  const changes = diffContracts(await contractAt(String(before)), await contractAt(String(after)));
  const side = String(options['for']);
  const breaking = changes.filter(
    ({ effect }) =>
      effect === 'other' || side === 'both' || effect === (side === 'makers' ? 'tighter' : 'looser'),
  );
  const status = breaking.length > 0 ? 1 : 0;
  if (options['json']) {
    printJson({ ok: status === 0, changes });
    return status;
  }
  if (changes.length === 0) {
    print('the two ask the same of the data');
    return 0;
  }
  const t = terminalOf(process.stdout);
  const rows = changes.map(({ columns: of, rule, effect, before: was = '', after: is = '' }) => [
    of.join(', ') || 'the table',
    rule,
    effect,
    was,
    is,
  ]);
  print(columns(rows, t.columns, ['column', 'rule', 'effect', 'before', 'after']));
  print(`\n${verdict(side, breaking.length)}`);
  return status;
};

function verdict(side: string, breaking: number): string {
  const whom = { makers: 'whoever makes the data', readers: 'whoever reads the data', both: 'somebody' }[
    side
  ]!;
  if (breaking === 0) return `nothing that ${whom} must look at`;
  return `${breaking} ${breaking === 1 ? 'change' : 'changes'} that ${whom} must look at`;
}

export function existing(typed: string): string {
  const path = resolve(typed);
  if (existsSync(path)) return path;
  throw new ProblemError(problem('file/missing', `there is no file ${typed}`));
}

export async function contractAt(typed: string): Promise<Contract> {
  const { contract, faults } = await readContract(readFileSync(existing(typed), 'utf8'));
  if (faults.length === 0) return contract;
  throw new ProblemError(
    ...faults.map(({ line, message }) =>
      problem('spec/value', message, { at: { file: typed, line, col: 1, length: 1 } }),
    ),
  );
}
