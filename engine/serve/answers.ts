import type { Explanation, Matrix, Prediction } from '../component.js';
import type { Task } from '../learn/bundle-format.js';
import { isoNow } from './clock.js';

export interface Answer {
  readonly prediction: Prediction;
  readonly rows: number;
  /** What rows are counted by: `trace_id` where traces were sent. */
  readonly counter: 'trace_id' | 'row';
  readonly explanation?: Explanation;
  /** Told beside each prediction where the request asked for what the estimator saw. */
  readonly x?: Matrix;
  /** Given back as it came, as JSON. */
  readonly metadata?: string;
}

/** The body of `/predict`, written straight as text: a row costs no object. */
export type AnswerWriter = (answer: Answer) => string;

export function answerWriter(model: {
  readonly id: string;
  readonly task: Task;
  readonly features: readonly string[];
  readonly classes: readonly string[];
}): AnswerWriter {
  const { features, classes } = model;
  const tail = `","model_version":${JSON.stringify(model.id)},"num_features":${features.length}`;
  const predicted = predictionWriter(model);
  const names = features.map((name) => JSON.stringify(name));
  const outputs = classes.map((name) => `"output":${JSON.stringify(name)},`);
  return ({ prediction, rows, counter, explanation, x, metadata }) => {
    let text = '{"predictions":[';
    for (let i = 0; i < rows; i++) {
      text += `${i > 0 ? ',' : ''}{"${counter}":${i},${predicted(prediction, i)}`;
      if (x) text += `,"features":{${named(names, (j) => x.data[j * rows + i]!)}}`;
      if (explanation) text += contributions(explanation, prediction, i, names, outputs);
      text += '}';
    }
    text += `],"timestamp":"${isoNow()}${tail}`;
    return metadata === undefined ? `${text}}` : `${text},"metadata":${metadata}}`;
  };
}

/** JSON of a number; what JSON cannot hold is null. */
const numeral = (value: number): string => (Number.isFinite(value) ? `${value}` : 'null');

const named = (names: readonly string[], value: (j: number) => number): string =>
  names.map((name, j) => `${name}:${numeral(value(j))}`).join(',');

function predictionWriter({ task, classes }: { task: Task; classes: readonly string[] }) {
  const heads = classes.map(
    (name, c) => `"predicted_class":${c},"predicted_class_name":${JSON.stringify(name)},"probabilities":{`,
  );
  const keys = classes.map((name, c) => `${c > 0 ? ',' : ''}${JSON.stringify(name)}:`);
  return (prediction: Prediction, i: number): string => {
    switch (prediction.kind) {
      case 'class': {
        const best = bestClass(prediction.probabilities, i, keys.length);
        let text = heads[best]!;
        for (let c = 0; c < keys.length; c++)
          text += keys[c]! + numeral(prediction.probabilities[i * keys.length + c]!);
        return `${text}},"confidence":${numeral(prediction.probabilities[i * keys.length + best]!)}`;
      }
      case 'number':
        return `"predicted":${numeral(prediction.values[i]!)}${boundsOf(prediction.bounds, i)}`;
      case 'cluster':
        return `"cluster":${prediction.labels[i]},"cluster_distance":${numeral(prediction.distances[i]!)}`;
      case 'anomaly':
        return `"anomaly_score":${numeral(prediction.scores[i]!)}`;
      default:
        throw new Error(`no answer for a model that can ${task}`);
    }
  };
}

/** The intervals of a forecast. */
function boundsOf(bounds: { readonly [column: string]: Float64Array } | undefined, i: number): string {
  let text = '';
  for (const column in bounds) text += `,${JSON.stringify(column)}:${numeral(bounds[column]![i]!)}`;
  return text;
}

/** The most probable class of row i; of equal ones the first, as in files. */
export function bestClass(probabilities: Float64Array, i: number, classes: number): number {
  let best = 0;
  for (let c = 1; c < classes; c++)
    if (probabilities[i * classes + c]! > probabilities[i * classes + best]!) best = c;
  return best;
}

/** What each feature added to the output of the class that was predicted; two classes may share one, the second's. */
function contributions(
  { values, expected }: Explanation,
  prediction: Prediction,
  i: number,
  names: readonly string[],
  outputs: readonly string[],
): string {
  const isShared = expected.length === 1;
  const output =
    prediction.kind === 'class' && !isShared ? bestClass(prediction.probabilities, i, outputs.length) : 0;
  const at = (i * expected.length + output) * names.length;
  const terms = named(names, (j) => values[at + j]!);
  const of = (isShared ? outputs[1] : outputs[output]) ?? '';
  return `,"explanation":{${of}"base":${numeral(expected[output]!)},"contributions":{${terms}}}`;
}
