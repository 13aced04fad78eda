import { existsSync } from 'node:fs';
import type { Json } from '../canonical.js';
import { type Place, type Problem, problem } from '../problem.js';
import { type Project, resolvePath } from '../project.js';
import type { Field } from './field.js';
import { pick } from './known.js';

/** A file that a step reads, as the settings name it. */
interface Reading {
  readonly path: string;
  /** Typed on the command line, outside the project. */
  readonly typed: boolean;
  readonly at: Place;
}

/**
 * Files that are read and are not there, and that no step of the run writes. Gathered while the steps are followed,
 * judged when all of them are known, since a reader may be met before its writer.
 */
export class MissingFiles {
  readonly #readings: Reading[] = [];
  readonly #saved = new Set<string>();
  /** A path that only the run will know may be any of those that are read. */
  #unknownSaves = false;

  constructor(private readonly project: Pick<Project, 'root' | 'roots'>) {}

  reads(
    values: { readonly [key: string]: Json },
    config: Field,
    typed: readonly string[],
    place: (path: readonly (string | number)[]) => Place,
  ): void {
    for (const { value, path } of pick(values, config, (field) => field.format === 'path'))
      if (typeof value === 'string')
        this.#readings.push({ path: value, typed: typed.includes(value), at: place(['with', ...path]) });
  }

  saves(path: Json | undefined): void {
    const resolved = typeof path === 'string' ? resolvePath(this.project, path) : undefined;
    if (resolved && 'path' in resolved) this.#saved.add(resolved.path);
    else this.#unknownSaves = true;
  }

  problems(): Problem[] {
    if (this.#unknownSaves) return [];
    return this.#readings.flatMap(({ path, typed, at }) => {
      const resolved = resolvePath(this.project, path, { typed, at });
      if ('problem' in resolved) return [{ ...resolved.problem }];
      if (existsSync(resolved.path) || this.#saved.has(resolved.path)) return [];
      return [{ ...missingFile(path, typed, at), severity: 'warning' as const }];
    });
  }
}

/** `path` as it is written or typed. */
export const missingFile = (path: string, typed: boolean, at?: Place): Problem =>
  problem('file/missing', `there is no file ${path}`, {
    ...(at && { at }),
    hint: typed
      ? 'it was typed on the command line: there paths start at the current folder'
      : 'in YAML paths start at the project folder, after --set at the current one',
  });
