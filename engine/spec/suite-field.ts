import type { Field } from './field.js';

const text = (description: string): Field => ({ type: 'string', minLength: 1, description });

/** The keys of a test file: read by them, and published to editors from them. */
export const suiteField: Field = {
  type: 'object',
  additionalProperties: false,
  required: ['version', 'pipeline', 'tests'],
  properties: {
    version: { enum: [1], description: 'version of this file format' },
    pipeline: text('file of the pipeline, relative to the project'),
    tests: {
      type: 'object',
      description: 'tests by name',
      additionalProperties: {
        type: 'object',
        additionalProperties: false,
        properties: {
          set: { type: 'object', default: {}, description: 'values of parameters' },
          environment: text('environment to run in'),
          only: {
            type: 'array',
            minItems: 1,
            items: text('a step'),
            description: 'steps to run, with all that they need; every step where absent',
          },
          files: {
            type: 'object',
            default: {},
            additionalProperties: { type: 'string' },
            description:
              'files that the test brings along, by path in the project; they stand for those that lie there',
          },
          expect: {
            type: 'array',
            default: [],
            items: text('an expression'),
            description:
              'what must be true: steps.score.metrics.accuracy > 0.8, steps.clean.outputs.out.rows == 12',
          },
          fails: {
            anyOf: [
              { type: 'boolean' },
              {
                type: 'object',
                additionalProperties: false,
                properties: { code: text('code of a problem'), message: text('part of its message') },
              },
            ],
            description: 'the run must fail: true, or with a code or message',
          },
          snapshot: {
            type: 'array',
            default: [],
            items: text('step or step.output'),
            description: 'outputs that must be as recorded; toolbox test --record records them',
          },
        },
      },
    },
  },
};
