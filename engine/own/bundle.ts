import { mkdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Message } from 'esbuild';
import { sha256 } from '../canonical.js';
import { engineVersion, packageRoot } from '../catalog.js';
import { type Problem, ProblemError, problem } from '../problem.js';
import { replaceFile } from '../store/files.js';

/** A component's source with all that it imports, as one module that Node runs. */
export interface Bundled {
  /** Absolute path of the module; its name is its digest. */
  readonly module: string;
  /** Over the code alone: the same on every machine, whatever its comments. */
  readonly digest: string;
  /** Sources that it was made of, relative to the project, with their digests. */
  readonly inputs: { readonly [path: string]: string };
}

const sdkName = 'ds-toolbox/component';
const sdk = pathToFileURL(join(packageRoot, 'dist', 'engine', 'sdk.js')).href;

/**
 * Bundles a TypeScript or JavaScript file into `folder`. What it imports from `ds-toolbox/component` stays outside, so
 * that it is the engine's own. Throws problems with places where the text is wrong or an import is not there.
 */
export async function bundle(root: string, file: string, folder: string): Promise<Bundled> {
  const { build } = await import('esbuild');
  try {
    const { outputFiles, metafile } = await build({
      absWorkingDir: root,
      entryPoints: [file],
      outdir: folder,
      entryNames: 'component',
      bundle: true,
      write: false,
      metafile: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      sourcemap: 'external',
      logLevel: 'silent',
      // Settings of a person's tsconfig.json must not decide what a component does.
      tsconfigRaw: {},
      plugins: [
        {
          name: 'sdk',
          setup: (host) => {
            host.onResolve({ filter: /^ds-toolbox\/component$/ }, () => ({ path: sdk, external: true }));
          },
        },
      ],
    });
    const code = outputFiles.find(({ path }) => path.endsWith('.js'))!.text;
    const map = outputFiles.find(({ path }) => path.endsWith('.map'))!.text;
    // Where the engine lies must not decide what the component is.
    const digest = sha256(code.replaceAll(sdk, sdkName));
    const module = join(folder, `${sha256(`${engineVersion}\n${code}`).slice(0, 32)}.mjs`);
    mkdirSync(folder, { recursive: true });
    replaceFile(`${module}.map`, map);
    replaceFile(module, `${code}//# sourceMappingURL=${module.slice(folder.length + 1)}.map\n`);
    const inputs = Object.keys(metafile.inputs).map((path) => [slashed(path), digestOfFile(root, path)]);
    return { module, digest, inputs: Object.fromEntries(inputs) as Bundled['inputs'] };
  } catch (error) {
    const messages = (error as { errors?: readonly Message[] }).errors;
    if (!messages) throw error;
    throw new ProblemError(...messages.map((message) => problemOf(root, file, message)));
  }
}

/** Digest of a source, or undefined where it is gone. */
export function digestOfFile(root: string, path: string): string | undefined {
  try {
    return sha256(readFileSync(resolve(root, path)));
  } catch {
    return undefined;
  }
}

const slashed = (path: string): string => path.split(sep).join('/');

function problemOf(root: string, file: string, { text, location, notes }: Message): Problem {
  const at = location
    ? {
        file: slashed(relative(root, resolve(root, location.file))),
        line: location.line,
        col: location.column + 1,
        length: location.length,
      }
    : { file, line: 1, col: 1, length: 0 };
  const hint = notes[0]?.text;
  return problem('component/invalid', text, { at, ...(hint && { hint }) });
}
