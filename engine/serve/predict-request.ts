import { isRow } from '../learn/cells.js';
import { nearest } from '../problem.js';
import { Refusal } from './refusal.js';
import type { Loaded } from './served-model.js';

const members = ['rows', 'traces', 'explain', 'include_embeddings', 'metadata'] as const;
/** Deepest nesting that `metadata` may have. */
const DEEPEST = 8;

export interface PredictRequest {
  readonly rows: readonly unknown[];
  readonly counter: 'trace_id' | 'row';
  readonly explain: boolean;
  /** Give back what the estimator sees of each row. */
  readonly features: boolean;
  readonly metadata?: string;
}

/** The body of `/predict` in its parts. Throws a Refusal that says what is wrong with its form; cells are checked later. */
export function readPredict(body: unknown, model: Loaded, maxRows: number): PredictRequest {
  if (body === undefined || body === null) throw empty(model);
  if (!isRow(body)) throw new Refusal('request/shape', 'the body is no JSON object', { hint: formOf(model) });
  for (const key of Object.keys(body))
    if (!(members as readonly string[]).includes(key)) {
      const near = nearest(key, members);
      throw new Refusal('request/shape', `"${key.slice(0, 80)}" is no member of this request`, {
        hint: near ? `did you mean ${near}?` : `members: ${members.join(', ')}`,
      });
    }
  const { rows, traces, metadata } = body;
  if (rows !== undefined && traces !== undefined)
    throw new Refusal('request/shape', 'send either rows or traces, not both');
  const counter = traces === undefined ? 'row' : 'trace_id';
  const given = rows ?? traces;
  if (given === undefined) throw empty(model);
  if (!Array.isArray(given))
    throw new Refusal('request/shape', `"${counter === 'row' ? 'rows' : 'traces'}" is no list`, {
      hint: formOf(model),
    });
  if (given.length === 0) throw empty(model);
  if (given.length > maxRows)
    throw new Refusal('request/too-large', `${given.length} rows are more than ${maxRows}`, {
      hint: 'send them in several requests, or a file to /batch_predict',
    });
  if (traces !== undefined && model.trace === undefined)
    throw new Refusal('request/shape', 'this model does not take bare traces', { hint: formOf(model) });
  return {
    rows: traces === undefined ? given : given.map((trace: unknown) => ({ [model.trace!]: trace })),
    counter,
    explain: flag(body['explain'], 'explain'),
    features: flag(body['include_embeddings'], 'include_embeddings'),
    ...(metadata !== undefined && { metadata: metadataOf(metadata) }),
  };
}

function flag(value: unknown, name: string): boolean {
  if (value === undefined || value === false) return false;
  if (value === true) return true;
  throw new Refusal('request/shape', `"${name}" is neither true nor false`);
}

function metadataOf(value: unknown): string {
  if (!isRow(value)) throw new Refusal('request/shape', '"metadata" is no object');
  if (isDeeper(value, DEEPEST))
    throw new Refusal('request/shape', `"metadata" is deeper than ${DEEPEST} levels`);
  return JSON.stringify(value);
}

const isDeeper = (value: unknown, levels: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1)));

const empty = (model: Loaded) =>
  new Refusal('request/empty', 'the request holds no rows', { hint: formOf(model) });

const formOf = ({ trace, input }: Loaded): string =>
  trace === undefined
    ? `send {"rows": [{…}]} with the columns ${input.fields
        .map(({ name }) => name)
        .slice(0, 20)
        .join(', ')}`
    : `send {"traces": [[…]]}, each of ${input.fields[0]!.width} numbers`;
