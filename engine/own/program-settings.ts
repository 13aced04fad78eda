import { type Problem, problem } from '../problem.js';
import { Converter } from '../spec/convert.js';
import type { Field } from '../spec/field.js';
import { type Entry, entryOf, isNull, type MapNode, type Node } from '../spec/node.js';
import { declareParams } from '../spec/params.js';

const none: Field = { type: 'object', additionalProperties: false, properties: {} };

/** `config:` of a program: parameters as pipelines declare them, with the types `secret` and `column` beside, or a JSON Schema. */
export function settingsField(node: Node | undefined, table: string, problems: Problem[]): Field {
  if (!node || isNull(node)) return none;
  if (node.kind === 'map' && entryOf(node, 'properties')?.value.kind === 'map')
    return jsonSchema(node, problems);
  if (node.kind !== 'map') {
    problems.push(problem('spec/type', '"config" takes a map of settings', { at: node.at }));
    return none;
  }
  const special = node.entries.filter(isSpecial);
  const plain: MapNode = { ...node, entries: node.entries.filter((entry) => !isSpecial(entry)) };
  const fields: { [name: string]: Field } = {};
  const required: string[] = [];
  for (const entry of special) {
    const { field, needed } = specialField(entry, table, problems);
    fields[entry.key] = field;
    if (needed) required.push(entry.key);
  }
  for (const param of declareParams(plain, problems).values()) {
    fields[param.name] = { ...param.field, ...(param.default !== undefined && { default: param.default }) };
    if (param.default === undefined) required.push(param.name);
  }
  const names = node.entries.map(({ key }) => key).filter((key) => Object.hasOwn(fields, key));
  const properties = Object.fromEntries(names.map((name) => [name, fields[name]!]));
  return {
    type: 'object',
    additionalProperties: false,
    properties,
    ...(required.length > 0 && { required }),
  };
}

const typeText = ({ value }: Entry): string | undefined => {
  const type = entryOf(value, 'type')?.value;
  return type?.kind === 'scalar' ? type.text : undefined;
};
const isSpecial = (entry: Entry): boolean => ['secret', 'column'].includes(typeText(entry) ?? '');

function specialField(entry: Entry, table: string, problems: Problem[]): { field: Field; needed: boolean } {
  const shape: Field = {
    type: 'object',
    additionalProperties: false,
    properties: {
      type: { type: 'string' },
      description: { type: 'string' },
      optional: { type: 'boolean', default: false },
    },
  };
  const label = `setting "${entry.key}"`;
  const read = new Converter(problems).convert(entry.value, shape, label, label);
  const said = (read?.kind === 'constant' ? read.value : {}) as { description?: string; optional?: boolean };
  const own: Field =
    typeText(entry) === 'secret' ? { secret: true } : { minLength: 1, column: { port: table } };
  const description = said.description === undefined ? {} : { description: said.description };
  return { field: { type: 'string', ...own, ...description }, needed: said.optional !== true };
}

/** Words of JSON Schema that settings are checked by, and the engine's own; see engine/schema.ts. */
const words = new Set(
  'type description default examples enum const anyOf properties required additionalProperties patternProperties minProperties items minItems maxItems uniqueItems minLength maxLength pattern format minimum maximum exclusiveMinimum exclusiveMaximum multipleOf quantity column secret title $schema'.split(
    ' ',
  ),
);

function jsonSchema(node: MapNode, problems: Problem[]): Field {
  strange(node, problems);
  const read = new Converter(problems).convert(node, {}, '"config"', 'config');
  if (read?.kind !== 'constant') return none;
  return { additionalProperties: false, ...(read.value as unknown as Field), type: 'object' };
}

function strange(node: Node, problems: Problem[]): void {
  if (node.kind === 'list') for (const item of node.items) strange(item, problems);
  if (node.kind !== 'map') return;
  for (const { key, keyAt, value } of node.entries) {
    if (!words.has(key))
      problems.push(
        problem('spec/unknown-key', `"${key}" of JSON Schema is not known here`, {
          at: keyAt,
          hint: 'write the schema out, without references',
        }),
      );
    else if (key === 'properties' || key === 'patternProperties') {
      if (value.kind === 'map') for (const entry of value.entries) strange(entry.value, problems);
    } else if (key === 'items' || key === 'anyOf' || key === 'additionalProperties') strange(value, problems);
  }
}
