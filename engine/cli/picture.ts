import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, extname, resolve } from 'node:path';
import { ProblemError, problem } from '../problem.js';

/** Writes a figure as SVG or PNG, by the ending that was typed; gives back the file as it was typed. */
export async function writePicture(out: string, svg: string): Promise<string> {
  const ending = extname(out).toLowerCase();
  if (ending !== '.png' && ending !== '.svg')
    throw new ProblemError(
      problem('command/usage', `pictures are written as .png or .svg, not "${ending || out}"`, {
        hint: 'for example results/survey.png',
      }),
    );
  const { toPng } = await import('../../components/lib/plot/to-png.js');
  const bytes = ending === '.svg' ? svg : await toPng(svg);
  mkdirSync(dirname(resolve(out)), { recursive: true });
  writeFileSync(resolve(out), bytes);
  return out;
}
