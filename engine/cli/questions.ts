import { createInterface } from 'node:readline/promises';
import { nearest, ProblemError, problem } from '../problem.js';
import type { Answers, Question } from './scaffold.js';

/** Asks for one line of text; undefined where the person wants out (Ctrl-C, Ctrl-D). */
export type Ask = (prompt: string) => Promise<string | undefined>;

/** Answers that were given beforehand, each checked. */
export function givenAnswers(questions: readonly Question[], set: Answers): Answers {
  const names = questions.map(({ name }) => name);
  return Object.fromEntries(
    Object.entries(set).map(([name, typed]) => {
      const question = questions.find((one) => one.name === name);
      if (!question) {
        const near = nearest(name, names);
        const all = names.length > 0 ? `the template asks ${names.join(', ')}` : 'this template asks nothing';
        throw new ProblemError(
          problem('command/usage', `the template does not ask "${name}"`, {
            hint: near ? `did you mean ${near}?` : all,
          }),
        );
      }
      const answer = fitting(typed, question);
      if (answer === undefined)
        throw new ProblemError(
          problem('command/usage', `--set ${name}: "${typed}" does not fit`, { hint: question.expected }),
        );
      return [name, answer];
    }),
  );
}

/**
 * Answers to all questions, what is given beforehand apart. An answer that does not fit is asked again, `<` goes back to
 * the question before, whose answer then stands as the default. Undefined where the person wants out.
 */
export async function answersTo(
  questions: readonly Question[],
  given: Answers,
  ask: Ask,
  say: (line: string) => void,
): Promise<Answers | undefined> {
  const answers: { [name: string]: string } = { ...given };
  const open = questions.filter(({ name }) => !(name in given));
  if (open.length > 0) say('Enter takes what stands in brackets, < goes back, Ctrl-C leaves nothing behind.');
  for (let i = 0; i < open.length; ) {
    const question = open[i]!;
    const before = answers[question.name] ?? question.default;
    const typed = (await ask(`${question.ask} [${before}] `))?.trim();
    if (typed === undefined) return undefined;
    if (typed === '<') {
      i = Math.max(0, i - 1);
      continue;
    }
    const answer = fitting(typed || before, question);
    if (answer === undefined) say(`  "${typed}" does not fit: ${question.expected}`);
    else {
      answers[question.name] = answer;
      i++;
    }
  }
  return answers;
}

/** A choice may be typed in small letters. */
const fitting = (typed: string, { pattern }: Question): string | undefined =>
  [typed, typed.toUpperCase()].find((text) => new RegExp(pattern).test(text));

/** The terminal as something that is asked, for as long as `work` asks. */
export async function onTerminal<T>(work: (ask: Ask) => Promise<T>): Promise<T> {
  const terminal = createInterface(process.stdin, process.stderr);
  const closed = new Promise<undefined>((resolve) => terminal.once('close', () => resolve(undefined)));
  const ask: Ask = (prompt) => Promise.race([terminal.question(prompt).catch(() => undefined), closed]);
  try {
    return await work(ask);
  } finally {
    terminal.close();
  }
}
