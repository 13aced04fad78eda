import { dirname, isAbsolute, resolve } from 'node:path';
import { type Place, type Problem, problem } from '../problem.js';
import { Converter, type ExpressionReader } from './convert.js';
import { ExpressionChecker } from './expressions.js';
import type { Files } from './files.js';
import { readForeach } from './foreach.js';
import { entryOf, found, isNull, type MapNode } from './node.js';
import type { Pipeline } from './pipeline.js';
import type { Scope } from './scope.js';
import type { Draft } from './step.js';
import { componentTarget, findComponent, isPipelinePath, pipelineTarget, type Target } from './target.js';

/** What expressions may name wherever they stand in a pipeline. */
export type BaseScope = Omit<Scope, 'step' | 'stepIds' | 'each'>;

/** First look at the steps: their ids, what they use, how often they run. The rest is checked against all of these. */
export class DraftReader {
  readonly #problems: Problem[];
  constructor(
    private readonly files: Files,
    /** Of the pipeline, absolute. */
    private readonly path: string,
    private readonly partial: boolean,
  ) {
    this.#problems = files.problems;
  }

  read(root: MapNode, scope: BaseScope, inputs: Pipeline['inputs']): ReadonlyMap<string, Draft> {
    const drafts = new Map<string, Draft>();
    const node = entryOf(root, 'steps')?.value;
    if (!node) return drafts;
    if (node.kind !== 'map' || node.entries.length === 0) {
      const hint =
        node.kind === 'list'
          ? 'give each step a name: "- use: …" becomes "name: { use: … }"'
          : 'write steps:, and below it name: { use: … }';
      this.#problems.push(
        problem(
          'spec/type',
          `"steps" takes a map of steps, not ${node.kind === 'map' ? 'an empty one' : found(node)}`,
          { at: { ...node.at, length: Math.max(1, node.at.length) }, hint },
        ),
      );
      return drafts;
    }
    const { cel, problems } = this.files;
    const early =
      cel && new ExpressionChecker(cel, { ...scope, step: () => undefined, stepIds: [] }, problems);
    const expressions: ExpressionReader | undefined =
      early && ((n, field, name) => early.read(n, field, name));
    for (const { key: id, keyAt: at, value } of node.entries) {
      if (id.startsWith('x-')) continue;
      const bad = badId(id, at, 'a step', this.#problems);
      if (Object.hasOwn(inputs, id))
        this.#problems.push(
          problem('spec/id', `"${id}" is an input of this pipeline, and cannot be a step too`, { at }),
        );
      if (value.kind !== 'map') {
        const hint =
          value.kind === 'scalar' && value.text
            ? `write ${id}: { use: ${value.text} }`
            : `write ${id}: { use: … }`;
        this.#problems.push(
          problem('spec/type', `step "${id}" takes a map, not ${found(value)}`, {
            at: value.at.length ? value.at : at,
            hint,
          }),
        );
        drafts.set(id, { id, at, node: { kind: 'map', entries: [], at }, use: '' });
        continue;
      }
      const used = this.#target(id, at, value);
      const list = entryOf(value, 'foreach')?.value;
      const foreach =
        list && !isNull(list)
          ? readForeach(list, this.files.options.project.root, expressions, this.partial, problems)
          : undefined;
      // A name that is wrong in itself is reported once, here, and not again by all who use it.
      if (!bad || !drafts.has(id))
        drafts.set(id, {
          id,
          at,
          node: value,
          use: used.use,
          ...(used.target && { target: used.target }),
          ...(foreach && { foreach }),
        });
    }
    return drafts;
  }

  #target(id: string, at: Place, step: MapNode): { use: string; target?: Target } {
    const node = entryOf(step, 'use')?.value;
    if (!node || isNull(node)) {
      const other = step.entries.find((entry) =>
        ['uses', 'component', 'type', 'run', 'cmd'].includes(entry.key),
      );
      if (!other)
        new Converter(this.#problems).missingKey(
          'use',
          { type: 'string', description: 'a component, or the path of a pipeline' },
          at,
          `step "${id}"`,
        );
      return { use: '' };
    }
    if (node.kind !== 'scalar') {
      this.#problems.push(
        problem('spec/type', `"use" takes the name of a component, not ${found(node)}`, { at: node.at }),
      );
      return { use: '' };
    }
    const use = node.text;
    if (isPipelinePath(use)) return this.#used(use, node.at);
    const info = findComponent(this.files.options.catalog, use, node.at);
    if ('code' in info) {
      this.#problems.push(info);
      return { use };
    }
    return { use, target: componentTarget(info) };
  }

  /** Paths with `./` or `../` are relative to this file, others to the project. */
  #used(use: string, at: Place): { use: string; target?: Target } {
    const folder = /^\.\.?[\\/]/.test(use) ? dirname(this.path) : this.files.options.project.root;
    const path = resolve(folder, use.replaceAll('\\', '/'));
    const shown = this.files.shown(path);
    if (isAbsolute(shown)) {
      this.#problems.push(problem('spec/path', `${use} lies outside the project`, { at }));
      return { use };
    }
    const declaration = this.files.declaration(path, at);
    return { use, ...(declaration && { target: pipelineTarget(shown, declaration) }) };
  }
}

/** Reports a name that is not of the form of ids. */
export function badId(id: string, at: Place, what: string, problems: Problem[]): boolean {
  if (/^[a-z][a-z0-9_]*$/.test(id)) return false;
  const fixed = id
    .toLowerCase()
    .replace(/[^a-z0-9_]+/g, '_')
    .replace(/^[^a-z]+/, '');
  const hint = `begin with a-z; then a-z, 0-9 and _${fixed ? `: ${fixed}` : ''}`;
  problems.push(problem('spec/id', `"${id}" cannot be the name of ${what}`, { at, hint }));
  return true;
}
