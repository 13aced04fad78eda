import type { CelType, Reference } from '../../components/lib/cel.js';
import type { Json } from '../canonical.js';
import { type Place, type Problem, problem } from '../problem.js';
import { constant } from './convert.js';
import { convertNode, valueIn } from './evaluate.js';
import { alternatives, type Field, takes } from './field.js';
import { nodeOf, type Scalar } from './node.js';
import type { Expression, Value } from './pipeline.js';
import { report } from './report.js';
import { lookUp, type Scope } from './scope.js';
import { merged, type Part, splitTemplate, within } from './template.js';
import { accepts, spoken, typeOf } from './types.js';

type Cel = typeof import('../../components/lib/cel.js');

/** Reads `${{ … }}` in fields: checks names and types, and replaces by its value what is known already. */
export class ExpressionChecker {
  constructor(
    private readonly cel: Cel,
    private readonly scope: Scope,
    private readonly problems: Problem[],
  ) {}

  /** For the converter: text that holds expressions, as the value of a field. */
  read(node: Scalar, field: Field, name: string): Value | undefined {
    const parts = this.#split(node);
    if (!parts) return undefined;
    const [first] = parts;
    if (parts.length === 1 && typeof first === 'object') return this.#whole(first, node, field, name);
    return this.#template(parts, node, field, name);
  }

  /** A gate: `when`, `require`. Stays an expression even where its value is known, so that a run can show it. */
  gate(node: Scalar, name: string): Expression | undefined {
    const parts = this.#split(node);
    const [first] = parts ?? [];
    if (!parts) return undefined;
    if (parts.length !== 1 || typeof first !== 'object')
      return this.#report('spec/expression', `${name} takes one expression: "\${{ … }}"`, node.at);
    const checked = this.#check(first, false);
    if (!checked) return undefined;
    if (checked.type === 'bool' || checked.type === 'any') return checked.expression;
    const message = `${name} takes an expression that is true or false, not ${spoken(checked.type)}`;
    return this.#report('spec/expression', message, first.at, 'compare it with something: >, ==, …');
  }

  #whole(part: Part, node: Scalar, field: Field, name: string): Value | undefined {
    const checked = this.#check(part, field.secret === true);
    if (!checked) return undefined;
    const { expression, type } = checked;
    const known = this.#known(expression, checked.references);
    if (known && 'problem' in known) return this.#push(known.problem);
    if (known)
      return this.#fold(this.#asTyped(field, checked.references) ?? known.value, field, name, node.at);
    if (!accepts(field, type)) {
      const quantity = field.quantity && type === 'number';
      const message = `${name} takes ${takes(field)}, and the expression gives ${spoken(type)}`;
      const hint = quantity ? 'put the unit behind it, inside the quotes: "${{ … }} s", say' : undefined;
      return this.#report(quantity ? 'spec/unit' : 'spec/type', message, part.at, hint);
    }
    return { kind: 'expression', expression, at: node.at };
  }

  #template(parts: readonly (string | Part)[], node: Scalar, field: Field, name: string): Value | undefined {
    const done: (string | Expression)[] = [];
    for (const part of parts) {
      if (typeof part === 'string') {
        done.push(part);
        continue;
      }
      const checked = this.#check(part, field.secret === true);
      if (!checked) return undefined;
      const known = this.#known(checked.expression, checked.references);
      if (known && 'problem' in known) return this.#push(known.problem);
      const type = known ? typeOf(known.value) : checked.type;
      if (type === 'list' || type === 'map' || type === 'null') {
        const message = `inside text an expression gives a number, a word or true or false, not ${spoken(type)}`;
        return this.#report('spec/expression', message, part.at);
      }
      done.push(known ? String(known.value) : checked.expression);
    }
    if (done.every((part) => typeof part === 'string'))
      return this.#fold(done.join(''), field, name, node.at);
    const text = alternatives(field).some(
      (f) =>
        f.type === undefined ||
        f.type === 'string' ||
        f.quantity !== undefined ||
        f.enum?.some((e) => typeof e === 'string'),
    );
    if (!text)
      return this.#report(
        'spec/type',
        `${name} takes ${takes(field)}, not text around an expression`,
        node.at,
      );
    return { kind: 'template', parts: merged(done), at: node.at };
  }

  /** A value that is known now, checked as YAML would be. */
  #fold(value: Json, field: Field, name: string, at: Place): Value | undefined {
    if (field.secret)
      return this.#report(
        'spec/secret',
        `${name} is a secret, and this is none`,
        at,
        'write "${{ secrets.NAME }}"',
      );
    const result = convertNode(nodeOf(value, at), field, name);
    if ('value' in result) return constant(result.value, at);
    this.problems.push(...result.problems);
    return undefined;
  }

  /** A path that came from the command line is relative to the folder where it was typed. */
  #asTyped(field: Field, references: readonly Reference[]): string | undefined {
    const [only] = references;
    if (field.format !== 'path' || references.length !== 1 || only!.path[0] !== 'params') return undefined;
    return this.scope.typedPath?.(only!.path[1]!);
  }

  #check(
    part: Part,
    secretAllowed: boolean,
  ): { expression: Expression; type: CelType; references: readonly Reference[] } | undefined {
    const { source, at } = part;
    const parsed = this.cel.parseCel(source);
    if ('fault' in parsed) return this.#fault(parsed.fault, part);
    const types: CelType[] = [];
    const steps = new Set<string>();
    const secrets = new Set<string>();
    let good = true;
    for (const reference of parsed.references) {
      const found = lookUp(reference.path, this.scope, secretAllowed);
      if ('code' in found) {
        const at = within(part, reference.start, reference.end);
        this.problems.push(
          problem(found.code, found.message, { at, ...(found.hint && { hint: found.hint }) }),
        );
        good = false;
        continue;
      }
      if (reference.path[0] === 'steps') steps.add(reference.path[1]!);
      if (reference.path[0] === 'secrets') secrets.add(reference.path[1]!);
      types.push(found.type);
    }
    if (!good) return undefined;
    const checked = parsed.check(types);
    if ('fault' in checked) return this.#fault(checked.fault, part);
    const usesEach = parsed.references.some(({ path }) => path[0] === 'each');
    const expression: Expression = {
      source,
      at,
      steps: [...steps].sort(),
      secrets: [...secrets].sort(),
      usesEach,
    };
    return { expression, type: checked.type, references: parsed.references };
  }

  /** The value, where everything that it reads is known before the run. */
  #known(
    expression: Expression,
    references: readonly Reference[],
  ): { value: Json } | { problem: Problem } | undefined {
    const bindings: { [root: string]: { [name: string]: Json } } = { params: {}, env: {}, run: {} };
    for (const { path } of references) {
      const [root, name] = path;
      if (root !== 'params' && root !== 'env' && root !== 'run') return undefined;
      const known = this.scope[root][name!]!;
      if (known.value === undefined) return undefined;
      bindings[root]![name!] = known.value;
    }
    return valueIn(this.cel, expression, bindings);
  }

  #split(node: Scalar): readonly (string | Part)[] | undefined {
    const parts = splitTemplate(node);
    if (!('unclosed' in parts)) return parts;
    return this.#report('spec/expression', 'an expression that is not closed by }}', parts.unclosed);
  }

  #fault(fault: { message: string; start: number; end: number }, part: Part): undefined {
    return this.#report('spec/expression', fault.message, within(part, fault.start, fault.end));
  }

  #report(code: Problem['code'], message: string, at: Place, hint?: string): undefined {
    return report(this.problems, code, message, at, hint);
  }

  #push(wrong: Problem): undefined {
    this.problems.push(wrong);
  }
}
