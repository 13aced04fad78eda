import { expect, test } from 'vitest';
import { answersTo, givenAnswers } from '#dist/engine/cli/questions.js';
import { questionsOf } from '#dist/engine/cli/scaffold.js';
import { ProblemError } from '#dist/engine/problem.js';

const questions = questionsOf('should-cost');

/** Types one line after the other; what was shown comes with the answers. */
async function asked(lines: readonly (string | undefined)[], given: { [name: string]: string } = {}) {
  const left = [...lines];
  const shown: string[] = [];
  const ask = async (prompt: string) => {
    shown.push(prompt);
    return left.shift();
  };
  return { answers: await answersTo(questions, given, ask, (line) => shown.push(line)), shown };
}

test('Enter takes the defaults', async () => {
  const { answers } = await asked(['', '', '']);
  expect(answers).toEqual({ currency: 'EUR', base_date: '2024-06', horizon: '12' });
});

test('an answer that does not fit is asked again, a choice may be typed in small letters', async () => {
  const { answers, shown } = await asked(['usd', '2024-13', '2024-09', '6']);
  expect(answers).toEqual({ currency: 'USD', base_date: '2024-09', horizon: '6' });
  expect(shown).toContain('  "2024-13" does not fit: a month from 2023-01 on, written as 2024-06');
});

test('< goes back, and what was answered stands as the default', async () => {
  const { answers, shown } = await asked(['usd', '2024-09', '<', '<', 'chf', '', '']);
  expect(answers).toEqual({ currency: 'CHF', base_date: '2024-09', horizon: '12' });
  expect(shown).toContain('Currency of the model (EUR, USD, GBP, CHF) [USD] ');
});

test('who wants out gets no answers', async () => {
  expect((await asked(['usd', undefined])).answers).toBeUndefined();
});

test('what is given beforehand is not asked', async () => {
  const given = givenAnswers(questions, { currency: 'gbp' });
  const { answers, shown } = await asked(['', ''], given);
  expect(answers).toEqual({ currency: 'GBP', base_date: '2024-06', horizon: '12' });
  expect(shown.join()).not.toContain('Currency');
});

test.each([
  [{ curency: 'EUR' }, 'did you mean currency?'],
  [{ horizon: '400' }, 'a number from 1 to 39'],
])('given answers are checked: %o', (set, hint) => {
  expect(() => givenAnswers(questions, set)).toThrow(ProblemError);
  try {
    givenAnswers(questions, set);
  } catch (error) {
    expect((error as ProblemError).problems[0]!.hint).toBe(hint);
  }
});
