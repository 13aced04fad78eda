import type { Json } from '../canonical.js';
import type { Catalog, ComponentInfo, Port } from '../component.js';
import { type EditorSchema, editorField, mapWords } from './editor-field.js';
import type { Field } from './field.js';
import {
  environmentField,
  inputField,
  paramField,
  pipelineFields,
  prepItemFields,
  stepFields,
  tuneField,
} from './file-fields.js';
import { projectField } from './project-file.js';
import { suiteField } from './suite-field.js';

const DRAFT = 'http://json-schema.org/draft-07/schema#';
const ID = '^[a-z][a-z0-9_]*$';

const ref = (name: string): EditorSchema => ({ $ref: `#/definitions/${name}` });
/** A map with the keys of a file, and `x-…` left alone. */
const keys = (properties: EditorSchema, rest: EditorSchema = {}): EditorSchema => ({
  type: 'object',
  properties,
  patternProperties: { '^x-': {} },
  additionalProperties: false,
  ...rest,
});
const byName = (of: EditorSchema): EditorSchema => ({ type: 'object', additionalProperties: of });
const describe = (description: string | undefined, schema: EditorSchema): EditorSchema => ({
  ...(description && { description }),
  ...schema,
});

/**
 * JSON Schema (draft-07) of a pipeline file, for editors: completion, hover and errors while typing. It says less
 * than the engine checks, and never calls a right file wrong.
 */
export function published({ components }: Pick<Catalog, 'components'>): EditorSchema {
  const infos = [...components.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  const transforms = infos.filter((info) => info.kind === 'transform');
  const withs = Object.fromEntries(infos.map((info) => [`with:${info.name}`, withOf(info)]));
  const dimension: EditorSchema = {
    anyOf: [
      { type: 'array', minItems: 1 },
      keys({ int: range('integer'), log: { type: 'boolean' } }),
      keys({ float: range('number'), log: { type: 'boolean' } }),
      keys({ choice: { type: 'array', minItems: 1 } }),
    ],
  };
  return {
    $schema: DRAFT,
    title: 'toolbox pipeline',
    ...keys(pipelineKeys(), { required: ['version', 'steps'] }),
    definitions: {
      step: stepSchema(infos),
      item: itemSchema(transforms),
      param: paramSchema(),
      text: { type: ['string', 'number', 'boolean'] },
      dimension,
      ...withs,
    },
  };
}

/** JSON Schema (draft-07) of `toolbox.yaml`. */
export const publishedProject = (): EditorSchema => ({
  $schema: DRAFT,
  title: 'toolbox project',
  type: 'object',
  ...mapWords(projectField),
});

/** Schema of files under `tests/`. */
export const publishedSuite = (): EditorSchema => ({
  $schema: DRAFT,
  title: 'toolbox tests',
  type: 'object',
  ...mapWords(suiteField),
});

const range = (type: string): EditorSchema => ({ type: 'array', items: { type }, minItems: 2, maxItems: 2 });

function pipelineKeys(): EditorSchema {
  const special: EditorSchema = {
    params: byName(ref('param')),
    inputs: {
      type: 'object',
      patternProperties: { [ID]: editorField(inputField) },
      additionalProperties: false,
    },
    outputs: byName({ type: 'string' }),
    environments: byName({ type: 'object', ...mapWords(environmentField) }),
    env: { anyOf: [{ type: 'array', items: { type: 'string' } }, byName({})] },
    steps: {
      type: 'object',
      patternProperties: { [ID]: ref('step'), '^x-': {} },
      additionalProperties: false,
    },
  };
  return fields(pipelineFields, special);
}

/** Every key of a table of fields: as the special schema says, else as the field does. */
const fields = (table: { readonly [key: string]: Field }, special: EditorSchema): EditorSchema =>
  Object.fromEntries(
    Object.entries(table).map(([key, field]) => {
      const of = special[key] as EditorSchema | undefined;
      return [key, of ? describe(field.description, of) : editorField(field)];
    }),
  );

function paramSchema(): EditorSchema {
  const { properties = {} } = paramField;
  const long = keys(fields(properties, { type: { enum: properties['type']!.enum! } }));
  return { anyOf: [{ type: ['string', 'number', 'boolean', 'array'] }, long] };
}

/* ------------------------------------------------------------------------------------------- steps */

const named = (infos: readonly ComponentInfo[]): EditorSchema => ({
  enum: infos.map((info) => info.name),
  enumDescriptions: infos.map((info) => info.summary),
  markdownEnumDescriptions: infos.map((info) => info.summary),
});

function stepSchema(infos: readonly ComponentInfo[]): EditorSchema {
  const step: EditorSchema = { type: 'string' };
  const steps: EditorSchema = { anyOf: [step, { type: 'array', items: step }] };
  const special: EditorSchema = {
    use: { anyOf: [named(infos), { type: 'string', pattern: '\\.ya?ml$' }] },
    in: { anyOf: [step, { type: 'array', items: step }, byName(steps)] },
    with: { type: 'object' },
    prep: { anyOf: [ref('item'), { type: 'array', items: ref('item') }] },
    tune: { type: 'object', ...withoutSpace(), required: ['space'] },
    save: { anyOf: [{ type: 'string' }, byName({ type: 'string' })] },
    when: { type: 'string', pattern: '\\$\\{\\{', patternErrorMessage: 'an expression: "${{ … }}"' },
    require: { type: 'string', pattern: '\\$\\{\\{', patternErrorMessage: 'an expression: "${{ … }}"' },
    needs: steps,
    foreach: byName({ anyOf: [{ type: 'array' }, { type: 'string' }, keys({ glob: { type: 'string' } })] }),
  };
  return keys(fields(stepFields, special), { required: ['use'], allOf: infos.map(stepOf) });
}

function withoutSpace(): EditorSchema {
  const words = mapWords(tuneField);
  const properties = { ...(words['properties'] as EditorSchema), space: byName(ref('dimension')) };
  return { ...words, properties };
}

const ifUses = (name: string, then: EditorSchema): EditorSchema => ({
  if: { properties: { use: { const: name } }, required: ['use'] },
  then,
});

/** What a step of this component adds to any step. */
function stepOf(info: ComponentInfo): Json {
  const { properties = {} } = info.config as Field;
  const searched = Object.fromEntries(Object.keys(properties).map((key) => [key, ref('dimension')]));
  const refined: EditorSchema = {
    use: { description: info.summary },
    with: ref(`with:${info.name}`),
    ...(Object.keys(info.inputs).length > 0 && { in: inputsOf(info) }),
    ...(Object.keys(info.outputs).length > 0 && { save: savesOf(info) }),
    ...(info.kind === 'estimator' && { tune: { properties: { space: keys(searched) } } }),
  };
  // Settings that `tune` searches need not be given, so that only other components ask for `with`.
  const config = mapWords(info.config as Field);
  const needs = info.kind !== 'estimator' && config['required'] !== undefined;
  return ifUses(info.name, { properties: refined, ...(needs && { required: ['with'] }) });
}

function withOf(info: ComponentInfo): EditorSchema {
  const { required, ...words } = mapWords(info.config as Field);
  const needed = info.kind === 'estimator' ? undefined : required;
  return {
    type: 'object',
    description: info.summary,
    ...words,
    ...(needed !== undefined && { required: needed }),
  };
}

const portWords = (port: Port): string =>
  `${port.kind}: ${port.description}${port.optional ? ' (may be left out)' : ''}`;

function inputsOf(info: ComponentInfo): EditorSchema {
  const ports = Object.entries(info.inputs);
  const wire: EditorSchema = { type: 'string' };
  const many: EditorSchema = { anyOf: [wire, { type: 'array', items: wire }] };
  const byPort = ports.map(([name, port]) => [name, describe(portWords(port), port.many ? many : wire)]);
  const required = ports.filter(([, port]) => !port.optional).map(([name]) => name);
  const map = keys(Object.fromEntries(byPort), required.length > 0 ? { required } : {});
  return { anyOf: [wire, { type: 'array', items: wire }, map] };
}

function savesOf(info: ComponentInfo): EditorSchema {
  const byPort = Object.entries(info.outputs).map(([name, port]) => [
    name,
    describe(portWords(port), { type: 'string' }),
  ]);
  return { anyOf: [{ type: 'string' }, keys(Object.fromEntries(byPort))] };
}

/** An item of `prep`: a transform by name, or with settings. */
function itemSchema(transforms: readonly ComponentInfo[]): EditorSchema {
  const settings = transforms.map((info) =>
    ifUses(info.name, { properties: { with: ref(`with:${info.name}`) } }),
  );
  const special: EditorSchema = { use: named(transforms), with: { type: 'object' } };
  const long = keys(fields(prepItemFields, special), { required: ['use'], allOf: settings });
  return { anyOf: [named(transforms), long] };
}
