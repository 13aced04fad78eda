import { basename, relative, resolve } from 'node:path';
import { engineVersion, openCatalog } from '../../catalog.js';
import { ProblemError } from '../../problem.js';
import type { Options, Run } from '../command.js';
import { orFail } from '../open.js';
import { settings } from '../options.js';
import { print, printJson } from '../print.js';
import { answersTo, givenAnswers, onTerminal } from '../questions.js';
import { type Answers, checkoutFrom, firstPipeline, questionsOf, refusalOf, scaffold } from '../scaffold.js';
import { writeSchemas } from '../schemas.js';

export const run: Run = async ([typed], options) => {
  const root = resolve(String(typed));
  const template = String(options['template']);
  const made = typeof options['fromData'] === 'string' ? await aroundData(root, options) : undefined;
  const answered = made ?? (await fromTemplate(root, template, options));
  if (!answered) {
    process.stderr.write('\nnothing was made\n');
    return 130;
  }
  const { files } = answered;
  const answers = 'answers' in answered ? answered.answers : {};
  const all = [...files, ...writeSchemas(root, openCatalog())];
  if (options['json']) {
    printJson({
      ok: true,
      project: root,
      ...(made ? { reading: made.reading } : { template, answers }),
      files: all,
    });
    return 0;
  }
  const given = Object.entries(answers).map(([name, answer]) => `${name} ${answer}`);
  const source = made ? String(options['fromData']) : `the template ${template}`;
  print(`made ${basename(root)} from ${source}${given.length > 0 ? `: ${given.join(', ')}` : ''}`);
  if (made) print(`${made.text}\n`);
  for (const file of files) print(`  ${file}`);
  const way = relative(process.cwd(), root);
  print(
    `\nnext\n${way ? `  cd ${/\s/.test(way) ? `"${way}"` : way}\n` : ''}  npm install\n  npx toolbox run ${firstPipeline(files)}`,
  );
  const checkout = checkoutFrom(root);
  if (checkout !== undefined)
    print(
      `\nds-toolbox comes from ${checkout}.\nTo take the project elsewhere, put in what \`npm pack\` makes there:\n  npm install ./ds-toolbox-${engineVersion}.tgz`,
    );
  return 0;
};

async function aroundData(root: string, options: Options) {
  const { newFromData, readingText } = await import('./new-from-data.js');
  const made = await newFromData(root, String(options['fromData']), options);
  return { ...made, text: readingText(made.reading, made.settings) };
}

/** Questions are asked on a terminal; elsewhere, and with --yes, the defaults are taken. */
async function fromTemplate(root: string, template: string, options: Options): Promise<Answered | undefined> {
  const name = basename(root);
  const refused = refusalOf(root, name);
  if (refused) throw new ProblemError(refused);
  const questions = questionsOf(template);
  const given = givenAnswers(questions, settings(options).set);
  const silent = options['yes'] === true || options['json'] === true;
  const answers =
    silent || !process.stdin.isTTY || !process.stderr.isTTY
      ? { ...Object.fromEntries(questions.map((question) => [question.name, question.default])), ...given }
      : await onTerminal((ask) =>
          answersTo(questions, given, ask, (line) => process.stderr.write(`${line}\n`)),
        );
  return answers && { answers, files: orFail(await scaffold(root, name, template, answers)) };
}

interface Answered {
  readonly answers: Answers;
  readonly files: readonly string[];
}
