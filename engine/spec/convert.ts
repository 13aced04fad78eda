import type { Json } from '../canonical.js';
import type { Code } from '../codes.js';
import { nearest, type Place, type Problem, problem } from '../problem.js';
import { alternatives, anyKey, type Field, isTuple, takes } from './field.js';
import { found, isNull, type ListNode, type MapNode, type Node, type Scalar } from './node.js';
import type { Value } from './pipeline.js';
import { formatQuantity, parseQuantity } from './quantity.js';
import { report } from './report.js';
import { readBool, readFree, readNumber } from './scalar.js';
import { keyHint } from './synonyms.js';

/** Reads text that holds `${{ … }}` for a field; undefined where it reported a problem. */
export type ExpressionReader = (node: Scalar, field: Field, name: string) => Value | undefined;

/**
 * Trees of YAML into values by a schema: the one check of every field, with every place. Quantities become
 * numbers, text stays as written, defaults are filled in, unknown keys are errors; problems are collected.
 */
export class Converter {
  constructor(
    readonly problems: Problem[],
    /** Without it `${{` is ordinary text: what an expression gave is not read again. */
    private readonly expressions?: ExpressionReader,
  ) {}

  /** `name` is what messages call the field, `owner` where it belongs: `train.random-forest`. */
  convert(node: Node, field: Field, name: string, owner = ''): Value | undefined {
    if (node.kind === 'scalar' && this.expressions && node.style !== 'json' && node.text.includes('${{'))
      return this.expressions(node, field, name);
    const options = alternatives(field);
    if (options.length === 1) return this.#one(node, options[0]!, name, owner);
    return this.#any(node, field, options, name, owner);
  }

  #any(node: Node, field: Field, options: readonly Field[], name: string, owner: string): Value | undefined {
    // Text takes anything, so it is tried last: 1 is a number where a number may stand.
    const attempts = options
      .filter((option) => shapeOf(option, node))
      .sort((a, b) => Number(a.type === 'string') - Number(b.type === 'string'))
      .map((option) => {
        const problems: Problem[] = [];
        const value = new Converter(problems, this.expressions).convert(node, option, name, owner);
        return { value, problems };
      });
    const good = attempts.find((a) => a.value && !a.problems.some((p) => p.severity === 'error'));
    if (good) {
      this.problems.push(...good.problems);
      return good.value;
    }
    if (attempts.length === 1) this.problems.push(...attempts[0]!.problems);
    else {
      const words = options.flatMap((option) => option.enum ?? []).map(String);
      const near = node.kind === 'scalar' && nearest(node.text, words);
      this.#wrongType(node, field, name, near && `did you mean ${near}?`);
    }
    return undefined;
  }

  #one(node: Node, field: Field, name: string, owner: string): Value | undefined {
    if (field.enum || field.const !== undefined)
      return this.#choice(node, field.enum ?? [field.const as Json], name);
    if (field.quantity) return this.#quantity(node, field, name);
    if (field.type === undefined) return this.#free(node, name);
    if (field.type === 'array') return this.#list(node, field, name, owner);
    if (field.type === 'object') return this.#map(node, field, name, owner);
    if (node.kind !== 'scalar') return this.#wrongType(node, field, name);
    if (field.type === 'null')
      return isNull(node) ? constant(null, node.at) : this.#wrongType(node, field, name);
    if (isNull(node)) return this.#wrongType(node, field, name);
    if (field.type === 'string') return this.#text(node, field, name);
    const read = field.type === 'boolean' ? readBool(node, name) : readNumber(node, name, takes(field));
    if ('problem' in read) return this.#push(read.problem);
    if (typeof read.value === 'number') return this.#number(read.value, field, name, node);
    return constant(read.value, node.at);
  }

  #choice(node: Node, choices: readonly Json[], name: string): Value | undefined {
    if (node.kind !== 'scalar') return this.#wrongType(node, { enum: choices }, name);
    const match = choices.find((choice) => matches(node, choice));
    if (match !== undefined) return constant(match, node.at);
    const words = choices.map(String);
    const near = nearest(node.text, words);
    const message = `${name} takes ${takes({ enum: choices })}, not ${found(node)}`;
    return this.#report('spec/value', message, node.at, near && `did you mean ${near}?`);
  }

  #quantity(node: Node, field: Field, name: string): Value | undefined {
    const quantity = field.quantity!;
    if (quantity === 'period' && node.kind === 'map') return this.#map(node, field, name, '');
    if (node.kind !== 'scalar' || isNull(node)) return this.#wrongType(node, field, name);
    if (node.settled && typeof node.json === 'number') return this.#number(node.json, field, name, node);
    const read = parseQuantity(node.text, quantity);
    if ('message' in read) {
      const message = `${name} ${read.message}, not ${found(node)}`;
      return this.#push(problem('spec/unit', message, { at: node.at, hint: read.hint }));
    }
    if (typeof read.value === 'number') return this.#number(read.value, field, name, node);
    return constant(read.value, node.at);
  }

  #number(value: number, field: Field, name: string, node: Scalar): Value | undefined {
    const { quantity } = field;
    const show = (n: number) => (quantity && quantity !== 'period' ? formatQuantity(n, quantity) : String(n));
    const limit =
      field.minimum !== undefined && value < field.minimum
        ? `at least ${show(field.minimum)}`
        : field.exclusiveMinimum !== undefined && value <= field.exclusiveMinimum
          ? `more than ${show(field.exclusiveMinimum)}`
          : field.maximum !== undefined && value > field.maximum
            ? `at most ${show(field.maximum)}`
            : field.exclusiveMaximum !== undefined && value >= field.exclusiveMaximum
              ? `less than ${show(field.exclusiveMaximum)}`
              : field.multipleOf !== undefined && value % field.multipleOf !== 0
                ? `a multiple of ${show(field.multipleOf)}`
                : undefined;
    if (limit) return this.#report('spec/value', `${name} must be ${limit}, not ${found(node)}`, node.at);
    if (field.type === 'integer' && !Number.isSafeInteger(value)) return this.#wrongType(node, field, name);
    return constant(value, node.at);
  }

  #text(node: Scalar, field: Field, name: string): Value | undefined {
    if (node.style === 'json' && typeof node.json !== 'string') return this.#wrongType(node, field, name);
    const { text, at } = node;
    if (field.secret && node.style !== 'json')
      return this.#report(
        'spec/secret',
        `${name} is a secret, which stands here for all to read`,
        at,
        'give it a name and write "${{ secrets.NAME }}"; `toolbox doctor` says where secrets come from',
      );
    if (field.minLength !== undefined && text.length < field.minLength)
      return this.#report(
        'spec/value',
        field.minLength === 1 ? `${name} is empty` : `${name} is shorter than ${field.minLength} characters`,
        at,
      );
    if (field.maxLength !== undefined && text.length > field.maxLength)
      return this.#report('spec/value', `${name} is longer than ${field.maxLength} characters`, at);
    if (field.pattern && !new RegExp(field.pattern, 'u').test(text))
      return this.#report(
        'spec/value',
        `${name} takes text that matches ${field.pattern}, not ${found(node)}`,
        at,
      );
    if (field.format === 'path' && /[\u0000-\u001f]/.test(text))
      return this.#report(
        'yaml/ambiguous',
        'the path holds a control character: in double quotes a backslash begins an escape',
        at,
        `use single quotes: '${node.source.replace(/^"|"$/g, '')}'`,
      );
    return constant(text, at);
  }

  #list(node: Node, field: Field, name: string, owner: string): Value | undefined {
    if (node.kind !== 'list') {
      const hint = node.kind === 'scalar' && !isNull(node) && `write [${node.source || node.text}]`;
      return this.#wrongType(node, field, name, hint);
    }
    const { items: kinds } = field;
    const tuple = kinds && isTuple(kinds) ? kinds : undefined;
    const least = field.minItems ?? tuple?.length ?? 0;
    const most = field.maxItems ?? tuple?.length ?? Number.POSITIVE_INFINITY;
    const count = node.items.length;
    if (count < least || count > most) {
      const wanted = least === most ? `${least}` : count < least ? `at least ${least}` : `at most ${most}`;
      return this.#report(
        'spec/value',
        `${name} takes ${wanted} ${least === 1 && count < least ? 'item' : 'items'}, not ${count}`,
        node.at,
      );
    }
    const items = node.items.map((item, i) =>
      this.convert(
        item,
        tuple?.[i] ?? (kinds && !isTuple(kinds) ? kinds : {}),
        `item ${i + 1} of ${name}`,
        owner,
      ),
    );
    if (field.uniqueItems && this.#twice(node, name)) return undefined;
    return items.includes(undefined) ? undefined : gather(items as Value[], node.at);
  }

  #twice(node: ListNode, name: string): boolean {
    const seen = new Map<string, Place>();
    for (const item of node.items) {
      if (item.kind !== 'scalar') continue;
      const before = seen.get(item.text);
      if (before) {
        const related = [{ message: 'first here', at: before }];
        this.problems.push(
          problem('spec/value', `${found(item)} stands twice in ${name}`, { at: item.at, related }),
        );
        return true;
      }
      seen.set(item.text, item.at);
    }
    return false;
  }

  #map(node: Node, field: Field, name: string, owner: string): Value | undefined {
    if (node.kind !== 'map') return this.#wrongType(node, field, name);
    const entries = this.entries(node, field, name, owner);
    if (!entries) return undefined;
    if (field.minProperties !== undefined && Object.keys(entries).length < field.minProperties)
      return this.#report('spec/value', `${name} is empty`, node.at);
    return gatherMap(entries, node.at);
  }

  /** Values by key, defaults filled in; undefined where one of them is wrong. */
  entries(node: MapNode, field: Field, name: string, owner: string): Record<string, Value> | undefined {
    const { properties = {} } = field;
    const other = anyKey(field);
    const open = field.additionalProperties === undefined && !field.patternProperties && !field.properties;
    const values: Record<string, Value> = Object.create(null) as Record<string, Value>;
    let good = true;
    const misspelt = new Set<string>();
    for (const { key, keyAt, value } of node.entries) {
      const known = Object.hasOwn(properties, key) ? properties[key]! : (other ?? (open ? {} : undefined));
      if (!known) {
        if (key.startsWith('x-')) continue;
        const meant = this.unknownKey(key, keyAt, Object.keys(properties), owner || name);
        if (meant) misspelt.add(meant);
        good = false;
        continue;
      }
      const converted = this.convert(value, known, `"${key}"`, owner);
      if (converted) values[key] = converted;
      else good = false;
    }
    const required = new Set(field.required);
    for (const [key, known] of Object.entries(properties)) {
      if (node.entries.some((entry) => entry.key === key)) continue;
      if (known.default !== undefined) values[key] = constant(known.default, node.at);
      else if (required.has(key)) {
        if (!misspelt.has(key)) this.missingKey(key, known, node.at, owner || name);
        good = false;
      }
    }
    return good ? values : undefined;
  }

  /** Gives the known key that was probably meant. */
  unknownKey(key: string, at: Place, known: readonly string[], owner: string): string | undefined {
    const { hint, meant } = keyHint(key, known);
    report(this.problems, 'spec/unknown-key', `unknown key "${key}" in ${owner}`, at, hint);
    return meant;
  }

  missingKey(key: string, field: Field, at: Place, owner: string): undefined {
    const hint = `${key}: ${takes(field)}${field.description ? `; ${field.description}` : ''}`;
    const short = { ...at, length: Math.min(at.length, 40) };
    return report(this.problems, 'spec/missing-key', `${owner} needs "${key}"`, short, hint);
  }

  #free(node: Node, name: string): Value | undefined {
    if (node.kind === 'scalar') {
      const read = readFree(node);
      return 'problem' in read ? this.#push(read.problem) : constant(read.value, node.at);
    }
    return node.kind === 'list'
      ? this.#list(node, { type: 'array' }, name, '')
      : this.#map(node, { type: 'object' }, name, '');
  }

  #wrongType(node: Node, field: Field, name: string, hint?: string | false | undefined): undefined {
    return this.#report('spec/type', `${name} takes ${takes(field)}, not ${found(node)}`, node.at, hint);
  }

  #report(code: Code, message: string, at: Place, hint?: string | false | undefined): undefined {
    return report(this.problems, code, message, at, hint);
  }

  #push(wrong: Problem): undefined {
    this.problems.push(wrong);
  }
}

export const constant = (value: Json, at: Place): Value => ({ kind: 'constant', value, at });

/** Lists and maps of constants are constants. */
export function gather(items: readonly Value[], at: Place): Value {
  const known = items.every((item) => item.kind === 'constant');
  return known
    ? constant(
        items.map((item) => item.value),
        at,
      )
    : { kind: 'list', items, at };
}

function gatherMap(entries: Record<string, Value>, at: Place): Value {
  const values = Object.entries(entries);
  if (values.every(([, value]) => value.kind === 'constant'))
    return constant(
      Object.fromEntries(values.map(([key, value]) => [key, (value as { value: Json }).value])),
      at,
    );
  return { kind: 'map', entries, at };
}

/** Could this node be meant for this alternative? */
function shapeOf(field: Field, node: Node): boolean {
  if (field.enum || field.const !== undefined) return node.kind === 'scalar';
  if (field.quantity === 'period') return node.kind !== 'list';
  if (field.type === undefined) return true;
  if (field.type === 'array') return node.kind === 'list';
  if (field.type === 'object') return node.kind === 'map';
  return node.kind === 'scalar';
}

function matches(node: Scalar, choice: Json): boolean {
  if (node.style === 'json') return node.json === choice;
  if (typeof choice === 'string') return node.text === choice;
  if (node.style !== 'plain') return false;
  return choice === null
    ? isNull(node)
    : typeof choice === 'number'
      ? Number(node.text) === choice && node.text !== ''
      : node.text === String(choice);
}
