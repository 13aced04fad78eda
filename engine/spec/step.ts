import type { Json } from '../canonical.js';
import type { Catalog } from '../component.js';
import type { Problem } from '../problem.js';
import { Converter, constant } from './convert.js';
import type { ExpressionChecker } from './expressions.js';
import type { Field } from './field.js';
import { prepItemFields, stepFields } from './file-fields.js';
import { readInputs } from './inputs.js';
import { entryOf, found, isNull, type MapNode, type Node, placeIn } from './node.js';
import type { Expression, PrepItem, Step } from './pipeline.js';
import { report } from './report.js';
import { readSave } from './save.js';
import { componentTarget, findComponent, type Target } from './target.js';
import { readTune } from './tune.js';
import { type Lists, resolveWire, type Sources } from './wires.js';

/** A step whose `use` and `foreach` are known: what other steps may say of it is checked against this. */
export interface Draft {
  readonly id: string;
  readonly node: MapNode;
  readonly at: Step['at'];
  readonly use: string;
  readonly target?: Target;
  readonly foreach?: Lists;
}

export interface Surroundings {
  readonly sources: Sources;
  readonly catalog: Pick<Catalog, 'components'>;
  /** Absent where the file holds no expression. */
  readonly checker: ExpressionChecker | undefined;
  readonly problems: Problem[];
  /** Parameters may be without value: the file is checked, not run. */
  readonly partial: boolean;
}

type Settings = Omit<Step, 'target'>;

/** All of a step but what a pipeline that it uses holds. Undefined where its `use` is unknown: what follows would mislead. */
export function readStep(draft: Draft, around: Surroundings): Settings | undefined {
  return new StepReader(draft, around).read();
}

class StepReader {
  readonly #problems: Problem[];
  readonly #converter: Converter;
  readonly #node: MapNode;

  constructor(
    private readonly draft: Draft,
    private readonly around: Surroundings,
  ) {
    this.#problems = around.problems;
    this.#converter = new Converter(around.problems, this.#expressions());
    this.#node = draft.node;
  }

  read(): Settings | undefined {
    const { draft } = this;
    for (const { key, keyAt } of this.#node.entries)
      if (!Object.hasOwn(stepFields, key) && !key.startsWith('x-'))
        this.#converter.unknownKey(key, keyAt, Object.keys(stepFields), `step "${draft.id}"`);
    const { target } = draft;
    const needs = this.#needs();
    const when = this.#gate('when');
    const require_ = this.#gate('require');
    const retry = this.#setting('retry') as { attempts: number; backoff: number } | undefined;
    const timeout = this.#setting('timeout') as number | undefined;
    const description = this.#setting('description') as string | undefined;
    const cache = this.#setting('cache') as boolean | undefined;
    const allow = this.#setting('allow') as Step['allow'] | undefined;
    const onError = this.#setting('on_error') as Step['onError'] | undefined;
    if (!target) return undefined;
    const tuned = this.#get('tune') && this.#tune(target);
    const { foreach } = draft;
    const saved = this.#get('save');
    return {
      id: draft.id,
      at: draft.at,
      use: draft.use,
      in: readInputs(this.#get('in'), target, this.#useAt(), this.#sources(), this.#problems),
      with: this.#with(target, this.#get('with'), target.label, this.#searched()),
      prep: this.#prep(target),
      save: saved ? readSave(saved, target, foreach, this.#converter) : {},
      needs,
      retry: retry ?? { attempts: 1, backoff: 0 },
      cache: cache ?? true,
      onError: onError ?? 'stop',
      allow: allow ?? {},
      ...(tuned && { tune: tuned }),
      ...(when && { when }),
      ...(require_ && { require: require_ }),
      ...(timeout !== undefined && { timeout }),
      ...(description !== undefined && { description }),
      ...(foreach && {
        foreach: Object.fromEntries(
          Object.keys(foreach).map((key) => [
            key,
            constant(foreach[key]!, placeIn(this.#node, ['foreach', key])),
          ]),
        ),
      }),
      place: (path) => placeIn(this.#node, path),
    };
  }

  #sources(): Sources {
    const { foreach } = this.draft;
    return { ...this.around.sources, ...(foreach && { reader: foreach }) };
  }

  #expressions() {
    const { checker } = this.around;
    return (
      checker &&
      ((node: Parameters<typeof checker.read>[0], field: Field, name: string) =>
        checker.read(node, field, name))
    );
  }

  #get(key: string): Node | undefined {
    const value = entryOf(this.#node, key)?.value;
    return value && isNull(value) ? undefined : value;
  }

  /** A setting of the step itself: known before the run. */
  #setting(key: string): Json | undefined {
    const node = this.#get(key);
    if (!node) return undefined;
    const value = this.#converter.convert(node, stepFields[key]!, `"${key}"`, `step "${this.draft.id}"`);
    if (value && value.kind !== 'constant' && !this.around.partial)
      this.#report(
        'spec/expression',
        `"${key}" must be known before the run`,
        node,
        'params, env and run.seed are known by then',
      );
    return value?.kind === 'constant' ? value.value : undefined;
  }

  #gate(key: 'when' | 'require'): Expression | undefined {
    const node = this.#get(key);
    if (!node) return undefined;
    if (node.kind === 'scalar' && node.text.includes('${{'))
      return this.around.checker?.gate(node, `"${key}"`);
    const hint = node.kind === 'scalar' ? `write "\${{ ${node.text} }}"` : 'write "${{ … }}"';
    return this.#report('spec/expression', `"${key}" takes an expression, not ${found(node)}`, node, hint);
  }

  #needs(): readonly string[] {
    const node = this.#get('needs');
    if (!node) return [];
    const items = node.kind === 'list' ? node.items : [node];
    return items.flatMap((item) => {
      if (item.kind !== 'scalar') {
        this.#report('spec/type', `"needs" takes names of steps, not ${found(item)}`, item);
        return [];
      }
      if (this.around.sources.steps.has(item.text)) return [item.text];
      // Reports what is wrong with the name.
      const resolved = resolveWire(item, this.around.sources, this.#problems);
      if (resolved)
        this.#report('spec/unknown-step', `"needs" takes steps, and "${item.text}" is none`, item);
      return [];
    });
  }

  /* ------------------------------------------------------------------------------------- inputs */

  #searched(): ReadonlySet<string> {
    const space = entryOf(this.#get('tune'), 'space')?.value;
    return new Set(space?.kind === 'map' ? space.entries.map((entry) => entry.key) : []);
  }

  /** `searched`: settings that `tune` gives, which may then be absent. */
  #with(target: Target, node: Node | undefined, owner: string, searched: ReadonlySet<string>): Step['with'] {
    const at = node?.at ?? this.#useAt();
    return withOf(this.#converter, target.config, node, at, owner, searched);
  }

  #prep(target: Target): readonly PrepItem[] {
    const node = this.#get('prep');
    if (!node) return [];
    if (!learnsFeatures(target)) {
      this.#report(
        'spec/unknown-key',
        `${target.label} ${inWords(target)}, so it takes no "prep"`,
        node,
        '"prep" belongs to a train step; here use the transform as a step of its own',
      );
      return [];
    }
    const items = node.kind === 'list' ? node.items : [node];
    return items.flatMap((item) => this.#prepItem(item) ?? []);
  }

  #prepItem(node: Node): PrepItem | undefined {
    const named = node.kind === 'map' ? entryOf(node, 'use')?.value : node;
    if (node.kind === 'map')
      for (const { key, keyAt } of node.entries)
        if (!Object.hasOwn(prepItemFields, key) && !key.startsWith('x-'))
          this.#converter.unknownKey(key, keyAt, Object.keys(prepItemFields), 'prep');
    if (named?.kind !== 'scalar' || named.text === '')
      return this.#report(
        'spec/type',
        `an item of "prep" is a transform, not ${found(named ?? node)}`,
        node,
        'write prep.scale or { use: prep.scale, with: { … } }',
      );
    const info = findComponent(this.around.catalog, named.text, named.at);
    if ('code' in info) {
      this.#problems.push(info);
      return undefined;
    }
    if (info.kind !== 'transform')
      return this.#report(
        'spec/kind',
        `${info.name} is no transform, so it cannot travel inside a model`,
        named,
        'use it as a step before this one',
      );
    const settings = entryOf(node, 'with')?.value;
    const target = componentTarget(info);
    const value = withOf(this.#converter, target.config, settings, named.at, info.name, new Set());
    return { use: info.name, component: info, with: value, at: named.at };
  }

  #tune(target: Target) {
    const node = this.#get('tune')!;
    if (!learnsFeatures(target))
      return this.#report(
        'spec/unknown-key',
        `${target.label} ${inWords(target)}, so it takes no "tune"`,
        node,
      );
    const fixed = this.#get('with');
    const keys = new Set(fixed?.kind === 'map' ? fixed.entries.map((entry) => entry.key) : []);
    return readTune(node, target, keys, this.#expressions(), this.#problems);
  }

  /* --------------------------------------------------------------------------------------- save */

  #useAt(): Step['at'] {
    return entryOf(this.#node, 'use')?.value.at ?? this.draft.at;
  }

  #report(code: Problem['code'], message: string, node: Node, hint?: string): undefined {
    return report(this.#problems, code, message, node.at, hint);
  }
}

function withOf(
  converter: Converter,
  config: Field,
  node: Node | undefined,
  at: Step['at'],
  owner: string,
  searched: ReadonlySet<string>,
): Step['with'] {
  const field =
    searched.size === 0
      ? config
      : { ...config, required: (config.required ?? []).filter((key) => !searched.has(key)) };
  if (node && !isNull(node) && node.kind !== 'map') {
    converter.convert(node, { type: 'object' }, '"with"', owner);
    return { kind: 'map', entries: {}, at };
  }
  const map: MapNode = node?.kind === 'map' ? node : { kind: 'map', entries: [], at };
  const entries = converter.entries(map, field, owner, owner) ?? {};
  // What is searched has no value of its own, not even a default.
  const fixed = Object.entries(entries).filter(([key]) => !searched.has(key));
  return { kind: 'map', entries: Object.fromEntries(fixed), at };
}

/** A model of features, which can be prepared and searched; forecasts are made of a series alone. */
const learnsFeatures = ({ info }: Target): boolean => info?.kind === 'estimator' && info.task !== 'forecast';
const inWords = ({ info }: Target): string =>
  info?.task === 'forecast' ? 'looks at each series as it is' : 'learns nothing';
