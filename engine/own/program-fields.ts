import { type EditorSchema, mapWords } from '../spec/editor-field.js';
import type { Field } from '../spec/field.js';

const text = (description: string, extra: Partial<Field> = {}): Field => ({
  type: 'string',
  minLength: 1,
  description,
  ...extra,
});
const map = (description: string, of: Field): Field => ({
  type: 'object',
  description,
  additionalProperties: of,
});
const strict = (properties: { readonly [key: string]: Field }, required: readonly string[]): Field => ({
  type: 'object',
  additionalProperties: false,
  required,
  properties,
});

const inputKinds = ['table', 'metrics'] as const;
const outputKinds = ['table', 'metrics', 'report', 'file'] as const;
const columnTypes = ['float64', 'float32', 'int64', 'int32', 'bool', 'string', 'date', 'timestamp'] as const;
const roles = ['feature', 'target', 'key', 'group', 'order', 'position', 'weight', 'prediction'] as const;

const column = strict(
  {
    type: { enum: columnTypes, default: 'float64', description: 'what it holds' },
    role: { enum: roles, default: 'feature', description: 'what it is for' },
    unit: text('of its values'),
  },
  [],
);

/** The keys of `component.yaml`: read by them, and published to editors from them. */
export const programField: Field = {
  ...strict(
    {
      name: text('stage.name, as steps use it'),
      version: text('of what it does: raise it when equal inputs give other results'),
      summary: text('what it does, in one line'),
      command: {
        type: 'array',
        minItems: 1,
        items: { type: 'string', minLength: 1 },
        description: 'program and arguments, run in the folder of this file',
      },
      config: { description: 'its settings: a map of parameters as in a pipeline, or a JSON Schema' },
      inputs: {
        ...map('what it takes, by name', {
          anyOf: [
            { enum: inputKinds },
            strict(
              {
                kind: { enum: inputKinds, description: 'what it is' },
                description: text('what it holds'),
                optional: { type: 'boolean', description: 'may be left out' },
              },
              ['kind'],
            ),
          ],
        }),
        default: {},
      },
      outputs: {
        ...map('what it gives back, by name; the first is the main one', {
          anyOf: [
            { enum: outputKinds },
            strict(
              {
                kind: { enum: outputKinds, description: 'what it is' },
                description: text('what it holds'),
                like: text('an input whose columns it has, too'),
                columns: map('its columns, or those that it adds to the ones of "like"', column),
                file: text('name of a file, whose ending says what it is'),
              },
              ['kind'],
            ),
          ],
        }),
        minProperties: 1,
      },
      metrics: {
        ...map('numbers that it reports, by name: what they mean', {
          anyOf: [
            { type: 'string', minLength: 1 },
            strict(
              {
                description: text('what it means'),
                better: { enum: ['higher', 'lower'], description: 'which value is better' },
                type: { enum: ['number', 'integer', 'string', 'bool'], description: 'what it is' },
              },
              ['description'],
            ),
          ],
        }),
        default: {},
      },
      tables: {
        enum: ['arrow', 'parquet', 'csv', 'jsonl'],
        default: 'arrow',
        description: 'file format in which it reads and writes tables',
      },
      determinism: {
        enum: ['pure', 'seeded', 'recorded', 'never'],
        default: 'pure',
        description:
          'pure: equal inputs give equal outputs; seeded: with the seed; recorded: kept until forced; never: runs each time',
      },
      environment: {
        type: 'array',
        items: { type: 'string', pattern: '^[A-Za-z_][A-Za-z0-9_]*$' },
        default: [],
        description: 'environment variables that it is given beside PATH; their values decide reuse',
      },
      example: text('a step that shows its use'),
    },
    ['name', 'version', 'summary', 'command', 'outputs'],
  ),
};

/** JSON Schema (draft-07) of `component.yaml`, for editors. */
export const publishedProgram = (): EditorSchema => ({
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'toolbox component',
  type: 'object',
  ...mapWords(programField),
});
