import { sharedF64, sharedI32 } from '../../components/lib/compute/shared.js';
import type { Column } from '../artifacts/column.js';
import { Frame } from '../artifacts/frame.js';
import type { Field } from '../artifacts/schema.js';
import type { Prediction } from '../component.js';
import type { Task } from './bundle-format.js';

const column = (name: string, type: Field['type'], description: string): Field => ({
  name,
  type,
  role: 'prediction',
  nullable: false,
  description,
});

/** Columns that prediction adds: `predicted`, and by task its confidence, probabilities, distance or score. */
export function predictionFields(task: Task, classes: readonly string[] = []): readonly Field[] {
  switch (task) {
    case 'classify':
      return [
        column('predicted', 'string', 'most probable class'),
        column('confidence', 'float64', 'probability of that class'),
        ...classes.map((name) => column(`prob_${name}`, 'float64', `probability of class ${name}`)),
      ];
    case 'regress':
    case 'forecast':
      return [column('predicted', 'float64', 'predicted value')];
    case 'cluster':
      return [
        column('cluster', 'int32', 'number of the nearest cluster'),
        column('cluster_distance', 'float64', 'distance to its centre'),
      ];
    case 'anomaly':
      return [column('anomaly_score', 'float64', 'higher is more unusual')];
  }
}

/** Predictions as a frame with those columns. Of equal probabilities the first class wins. */
export function predictionColumns(
  task: Task,
  prediction: Prediction,
  classes: readonly string[] = [],
): Frame {
  const fields = predictionFields(task, classes);
  const columns = values(prediction, classes);
  return new Frame({ fields }, new Map(fields.map((field, i) => [field.name, columns[i]!])));
}

function values(prediction: Prediction, classes: readonly string[]): readonly Column[] {
  switch (prediction.kind) {
    case 'number':
      return [{ type: 'float64', values: prediction.values }];
    case 'cluster':
      return [
        { type: 'int32', values: prediction.labels },
        { type: 'float64', values: prediction.distances },
      ];
    case 'anomaly':
      return [{ type: 'float64', values: prediction.scores }];
    case 'class': {
      const k = classes.length;
      const rows = prediction.probabilities.length / k;
      const predicted = sharedI32(rows);
      const confidence = sharedF64(rows);
      const byClass = classes.map(() => sharedF64(rows));
      for (let i = 0; i < rows; i++) {
        let best = 0;
        for (let c = 0; c < k; c++) {
          const p = prediction.probabilities[i * k + c]!;
          byClass[c]![i] = p;
          if (p > prediction.probabilities[i * k + best]!) best = c;
        }
        predicted[i] = best;
        confidence[i] = prediction.probabilities[i * k + best]!;
      }
      return [
        { type: 'string', values: predicted, dictionary: classes },
        { type: 'float64', values: confidence },
        ...byClass.map((p) => ({ type: 'float64' as const, values: p })),
      ];
    }
  }
}
