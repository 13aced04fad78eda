import { type Code, codes } from '../../codes.js';
import { nearest, ProblemError, problem } from '../../problem.js';
import { remedies } from '../../remedies.js';
import type { Run } from '../command.js';
import { print, printJson } from '../print.js';
import { columns, terminalOf, wrapped } from '../terminal.js';

export const run: Run = async ([typed], options) => {
  const t = terminalOf(process.stdout);
  if (typed === undefined) {
    const all = Object.entries(codes).map(([code, { summary }]) => [code, summary]);
    if (options['json']) printJson(Object.keys(codes).map((code) => explained(code as Code)));
    else print(columns(all, t.columns));
    return 0;
  }
  const code = String(typed).replace(/^\[|\]$/g, '');
  if (!Object.hasOwn(codes, code)) {
    const near = nearest(code, Object.keys(codes));
    throw new ProblemError(
      problem('command/not-found', `there is no problem code "${code}"`, {
        hint: near ? `did you mean ${near}?` : '"toolbox explain" lists them',
      }),
    );
  }
  const it = explained(code as Code);
  if (options['json']) printJson(it);
  else {
    print(`${t.bold(it.code)}  ${it.summary}`);
    print('');
    for (const line of wrapped(it.remedy, Math.min(t.columns, 80))) print(line);
    print('');
    print(t.dim(`exit status ${it.exit}, HTTP status ${it.http}`));
  }
  return 0;
};

const explained = (code: Code) => ({ code, ...codes[code], remedy: remedies[code] });
