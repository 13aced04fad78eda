import type { Problem } from '../problem.js';

/** What became of one test. */
export interface Outcome {
  readonly suite: string;
  readonly test: string;
  readonly seconds: number;
  /** Empty where it passed. */
  readonly problems: readonly Problem[];
}

/** Outcomes as JUnit's XML, which continuous integration reads. */
export function junitOf(outcomes: readonly Outcome[]): string {
  const suites = [...new Set(outcomes.map(({ suite }) => suite))].map((suite) => {
    const tests = outcomes.filter((outcome) => outcome.suite === suite);
    const failures = tests.filter(({ problems }) => problems.length > 0).length;
    const cases = tests.map(caseOf).join('');
    return `<testsuite name="${escaped(suite)}" tests="${tests.length}" failures="${failures}" time="${total(tests)}">\n${cases}</testsuite>\n`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites tests="${outcomes.length}" time="${total(outcomes)}">\n${suites.join('')}</testsuites>\n`;
}

function caseOf({ suite, test, seconds, problems }: Outcome): string {
  const open = `<testcase classname="${escaped(suite)}" name="${escaped(test)}" time="${seconds.toFixed(3)}"`;
  if (problems.length === 0) return `${open}/>\n`;
  const text = problems
    .map(({ at, message }) => `${at ? `${at.file}:${at.line}:${at.col}: ` : ''}${message}`)
    .join('\n');
  return `${open}><failure message="${escaped(problems[0]!.message)}">${escaped(text)}</failure></testcase>\n`;
}

const total = (outcomes: readonly Outcome[]): string =>
  outcomes.reduce((sum, { seconds }) => sum + seconds, 0).toFixed(3);

const escaped = (text: string): string =>
  text
    // What XML has no way to write.
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
