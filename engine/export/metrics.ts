import { stringify } from 'yaml';
import type { Metrics } from '../artifacts/artifact.js';
import { quoted } from './csv.js';

/** Metrics as two columns, metric and value. */
export const metricsCsv = ({ values }: Metrics): string =>
  [
    'metric,value',
    ...Object.entries(values).map(([name, value]) => `${quoted(name)},${valueCsv(value)}`),
    '',
  ].join('\n');

const valueCsv = (value: number | string | boolean | null): string =>
  typeof value === 'string' ? quoted(value) : String(value ?? '');

export const metricsYaml = ({ values, details }: Metrics): string => stringify({ values, details });
