import { basename, relative, resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { openCatalog } from '../../catalog.js';
import type { Options, Run } from '../command.js';
import { orFail } from '../open.js';
import { print, printJson } from '../print.js';
import { type Answers, firstPipeline, type Question, questionsOf, scaffold } from '../scaffold.js';
import { writeSchemas } from '../schemas.js';

export const run: Run = async ([typed], options) => {
  const root = resolve(String(typed));
  const template = String(options['template']);
  const made = typeof options['fromData'] === 'string' ? await aroundData(root, options) : undefined;
  const files = made?.files ?? (await fromTemplate(root, template, options));
  const all = [...files, ...writeSchemas(root, openCatalog())];
  if (options['json']) {
    printJson({ ok: true, project: root, ...(made ? { reading: made.reading } : { template }), files: all });
    return 0;
  }
  print(`made ${basename(root)} from ${made ? String(options['fromData']) : `the template ${template}`}`);
  if (made) print(`${made.text}\n`);
  for (const file of files) print(`  ${file}`);
  const way = relative(process.cwd(), root);
  print(
    `\nnext\n${way ? `  cd ${/\s/.test(way) ? `"${way}"` : way}\n` : ''}  npm install\n  npx toolbox run ${firstPipeline(files)}`,
  );
  return 0;
};

async function aroundData(root: string, options: Options) {
  const { newFromData, readingText } = await import('./new-from-data.js');
  const made = await newFromData(root, String(options['fromData']), options);
  return { ...made, text: readingText(made.reading) };
}

async function fromTemplate(root: string, template: string, options: Options): Promise<readonly string[]> {
  const silent = options['yes'] === true || options['json'] === true;
  const answers = await answersTo(questionsOf(template), silent);
  return orFail(await scaffold(root, basename(root), template, answers));
}

/** Asked on a terminal; elsewhere, and with --yes, the defaults are taken. An answer that does not fit is asked again. */
async function answersTo(questions: readonly Question[], defaults: boolean): Promise<Answers> {
  const answers: { [name: string]: string } = {};
  const silent = defaults || !process.stdin.isTTY || !process.stderr.isTTY;
  const terminal =
    silent || questions.length === 0 ? undefined : createInterface(process.stdin, process.stderr);
  for (const question of questions) {
    let answer = question.default;
    const pattern = new RegExp(question.pattern);
    while (terminal) {
      const typed = (await terminal.question(`${question.ask} [${question.default}] `)).trim();
      const fits = [typed || question.default, typed.toUpperCase()].find((text) => pattern.test(text));
      if (fits !== undefined) {
        answer = fits;
        break;
      }
      process.stderr.write(`  "${typed}" does not fit: ${question.expected}\n`);
    }
    answers[question.name] = answer;
  }
  terminal?.close();
  return answers;
}
