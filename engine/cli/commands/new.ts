import { basename, relative, resolve } from 'node:path';
import { openCatalog } from '../../catalog.js';
import type { Run } from '../command.js';
import { orFail } from '../open.js';
import { print, printJson } from '../print.js';
import { scaffold } from '../scaffold.js';
import { writeSchemas } from '../schemas.js';

export const run: Run = async ([typed], options) => {
  const root = resolve(String(typed));
  const template = String(options['template']);
  const files = orFail(await scaffold(root, basename(root), template));
  const all = [...files, ...writeSchemas(root, openCatalog())];
  if (options['json']) {
    printJson({ ok: true, project: root, template, files: all });
    return 0;
  }
  print(`made ${basename(root)} from the template ${template}`);
  for (const file of files) print(`  ${file}`);
  const way = relative(process.cwd(), root);
  print(
    `\nnext\n${way ? `  cd ${/\s/.test(way) ? `"${way}"` : way}\n` : ''}  npm install\n  npx toolbox run main`,
  );
  return 0;
};
