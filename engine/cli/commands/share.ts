import { relative, resolve } from 'node:path';
import { openSigner } from '../../audit/key.js';
import { redactor } from '../../audit/redact.js';
import { openWorkspace } from '../../run/workspace.js';
import { shareOf, writeShare } from '../../share/share.js';
import type { Run } from '../command.js';
import { logged } from '../logged.js';
import { catalogOf, openProject } from '../open.js';
import { countFrom } from '../options.js';
import { print, printJson } from '../print.js';
import { recordOf } from '../recorded.js';
import { secretsOf } from '../session.js';
import { bytes, columns, terminalOf } from '../terminal.js';

/** Zip has no room for more without its larger form, which fewer programs read. */
const MOST_MB = 2000;

export const run: Run = async ([typed], options) => {
  const project = openProject();
  const record = recordOf(project, String(typed ?? 'last'));
  const path = resolve(
    typeof options['out'] === 'string'
      ? options['out']
      : `${record.pipeline.replaceAll(/[^\w-]+/g, '-')}-${record.id}.zip`,
  );
  const workspace = openWorkspace(project, await catalogOf(project), { workers: 1 });
  try {
    const { contents, certificate } = await shareOf(workspace, record, {
      results: options['withoutResults'] !== true,
      limit: countFrom(options, 'maxSize', MOST_MB)! * 1e6,
      redact: redactor(Object.values(secretsOf(process.env))),
      signer: openSigner(),
    });
    const { size, digest } = await writeShare(contents, path);
    const files = contents.size;
    await logged(project.root, [{ type: 'run.shared', shared: record.id, path, digest, files }]);
    if (options['json']) {
      printJson({
        ok: true,
        run: record.id,
        path,
        digest,
        bytes: size,
        files: [...contents.keys()].sort(),
        leftOut: certificate.leftOut,
        key: certificate.key,
      });
      return 0;
    }
    const t = terminalOf(process.stdout);
    print(`${relative(process.cwd(), path) || path}  ${bytes(size)}, ${files} files of run ${record.id}`);
    for (const [name, why] of Object.entries(certificate.leftOut)) print(t.warn(`  without ${name}: ${why}`));
    print(
      columns(
        [
          ['sha256', digest],
          ['signed by', certificate.key],
          ['to check', 'toolbox verify FILE.zip'],
        ],
        t.columns,
      ),
    );
    return 0;
  } finally {
    await workspace.close();
  }
};
