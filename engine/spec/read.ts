import { resolve } from 'node:path';
import { byPlace, type Problem, type Result } from '../problem.js';
import { loadCel } from './evaluate.js';
import { Files, type ReadOptions } from './files.js';
import { entryOf } from './node.js';
import type { Pipeline } from './pipeline.js';
import { report } from './report.js';

export type { ReadOptions } from './files.js';

/**
 * Reads a pipeline file and all that it uses by path: everything that can be known before the run is resolved and
 * checked, and every problem is collected, by place. Only what tables hold is left to `checkColumns`.
 */
export async function readPipeline(file: string, options: ReadOptions): Promise<Result<Pipeline>> {
  const problems: Problem[] = [];
  const reader = new Files(options, problems);
  const path = resolve(options.cwd ?? process.cwd(), file);
  const source = reader.open(path, undefined, options.text);
  if (source && /\$\{\{|\.ya?ml/.test(source.text)) reader.cel = await loadCel();
  const pipeline =
    source && reader.read(path, source, { set: options.set ?? {}, partial: options.partial === true });
  const input = pipeline && Object.keys(pipeline.inputs)[0];
  if (source && input !== undefined && options.partial !== true) {
    const { keyAt } = entryOf(source.root, 'inputs')!;
    const hint = 'use it from another pipeline: use: ./this.yaml, in: …';
    report(
      problems,
      'spec/missing-key',
      `this pipeline takes "${input}" from another one, and cannot run by itself`,
      keyAt,
      hint,
    );
  }
  const all = unique(problems).sort(byPlace);
  if (!pipeline || all.some((p) => p.severity === 'error')) return { ok: false, problems: all };
  return { ok: true, value: pipeline, warnings: all };
}

/** A pipeline that is used twice has its problems once. */
function unique(problems: readonly Problem[]): Problem[] {
  const seen = new Set<string>();
  return problems.filter((p) => {
    const key = `${p.at?.file}:${p.at?.line}:${p.at?.col}:${p.code}:${p.message}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
