import { codes } from '../codes.js';
import type { Field } from './field.js';

/** The keys of a pipeline file: read by them, and published to editors from them. */

const text = (description: string): Field => ({ type: 'string', description });
const anything = (description: string): Field => ({ description });

export const pipelineFields: { readonly [key: string]: Field } = {
  version: { enum: [1], description: 'version of this file format' },
  name: {
    type: 'string',
    pattern: '^[a-z0-9][a-z0-9_-]*$',
    maxLength: 80,
    description: 'name of the pipeline; the file name where absent',
  },
  description: text('what the pipeline is for'),
  params: anything('values that a person, an environment or a caller may set'),
  inputs: anything('what the pipeline takes when another one uses it, by name: its kind'),
  outputs: anything('what it then gives back, by name: a step or step.output'),
  environments: anything('parameters by environment, chosen with -e'),
  env: anything('environment variables that expressions may read, with defaults'),
  seed: {
    type: 'integer',
    minimum: 0,
    maximum: 4_294_967_295,
    default: 42,
    description: 'from which every random choice derives',
  },
  steps: anything('what is done, by id; order does not matter'),
  schedule: anything('when it runs by itself'),
  tests: anything('tests of the pipeline'),
};

export const stepFields: { readonly [key: string]: Field } = {
  use: text('component, or the path of a pipeline'),
  in: anything('where its inputs come from: a step, step.output, or a map by input'),
  with: anything('its settings'),
  prep: anything('transforms that are learned with the model, on training rows only, and travel inside it'),
  tune: anything('search for the best settings'),
  save: anything('writes an output as a file, format by ending'),
  when: text('expression; false skips the step and those that take its output'),
  require: text('expression; false stops here with exit status 3'),
  needs: anything('steps that must have ended before'),
  foreach: anything('runs once for each combination of these lists'),
  retry: {
    type: 'object',
    description: 'tries again when the step fails',
    additionalProperties: false,
    required: ['attempts'],
    properties: {
      attempts: { type: 'integer', minimum: 1, maximum: 100, description: 'tries in all' },
      backoff: {
        type: 'number',
        quantity: 'time',
        minimum: 0,
        maximum: 86_400,
        default: 1,
        description: 'wait before the second try; doubles each time',
      },
    },
  },
  timeout: {
    type: 'number',
    quantity: 'time',
    exclusiveMinimum: 0,
    description: 'longest time the step may take',
  },
  cache: { type: 'boolean', default: true, description: 'false runs the step anew each time' },
  on_error: {
    enum: ['stop', 'continue'],
    default: 'stop',
    description: 'continue: steps that do not need it go on',
  },
  allow: {
    type: 'object',
    description: 'rules of the leakage linter that do not hold here, each with the reason',
    additionalProperties: false,
    properties: Object.fromEntries(
      Object.entries(codes)
        .filter(([code]) => code.startsWith('leak/'))
        .map(([code, { summary }]) => [code, { type: 'string', minLength: 1, description: summary }]),
    ),
  },
  description: text('what the step is for'),
};

export const prepItemFields: { readonly [key: string]: Field } = {
  use: text('a transform'),
  with: anything('its settings'),
};

export const tuneField: Field = {
  type: 'object',
  additionalProperties: false,
  required: ['space'],
  properties: {
    metric: { type: 'string', minLength: 1, description: 'what is made best' },
    method: { enum: ['random', 'grid'], default: 'random', description: 'how settings are proposed' },
    trials: {
      type: 'integer',
      minimum: 1,
      maximum: 100_000,
      default: 20,
      description: 'settings that are tried',
    },
    folds: {
      type: 'integer',
      minimum: 2,
      maximum: 100,
      default: 5,
      description: 'folds of the cross-validation',
    },
    round: {
      type: 'integer',
      minimum: 1,
      maximum: 1000,
      default: 8,
      description: 'settings proposed together',
    },
    space: {
      description: 'by setting: { int: [from, to] }, { float: [from, to], log: true } or a list of choices',
    },
  },
};

export const paramTypes = ['string', 'number', 'integer', 'bool', 'path', 'list', 'map', 'quantity'] as const;

export const paramField: Field = {
  type: 'object',
  additionalProperties: false,
  properties: {
    type: { enum: paramTypes, description: 'what it holds' },
    default: { description: 'value where nobody sets one; without it one must be given' },
    description: text('what it is for'),
    choices: { type: 'array', minItems: 1, description: 'the only values allowed' },
    minimum: { type: 'number', description: 'least value' },
    maximum: { type: 'number', description: 'greatest value' },
  },
};

export const environmentField: Field = {
  type: 'object',
  additionalProperties: false,
  properties: {
    params: { type: 'object', description: 'values of parameters in this environment' },
    description: text('what it is'),
  },
};

/** Artifact kinds that an input of a pipeline may have. */
export const kinds = ['table', 'model', 'metrics', 'report', 'documents', 'index', 'file'] as const;

export const inputField: Field = {
  anyOf: [
    { enum: kinds },
    {
      type: 'object',
      additionalProperties: false,
      required: ['kind'],
      properties: { kind: { enum: kinds }, description: text('what it is') },
    },
  ],
};
