import type { Severity } from '../contract.js';

/** The version of the Open Data Contract Standard that is written; all of 3 are read. */
export const apiVersion = 'v3.1.0';

/** The engine under whose name rules travel that the standard has no words for. */
export const engine = 'toolbox';

/** Types here, by the logical type and format of the standard. */
export const types: { readonly [type: string]: { readonly logicalType: string; readonly format?: string } } =
  {
    string: { logicalType: 'string' },
    number: { logicalType: 'number' },
    float64: { logicalType: 'number', format: 'f64' },
    float32: { logicalType: 'number', format: 'f32' },
    integer: { logicalType: 'integer' },
    int64: { logicalType: 'integer', format: 'i64' },
    int32: { logicalType: 'integer', format: 'i32' },
    bool: { logicalType: 'boolean' },
    date: { logicalType: 'date' },
    timestamp: { logicalType: 'timestamp' },
    vector: { logicalType: 'array' },
  };

/** The standard leaves severities to the user; these are the usual words. */
export const severityWords: { readonly [severity in Severity]: string } = {
  high: 'error',
  medium: 'warning',
  low: 'info',
};

const bySeverity: { readonly [word: string]: Severity } = {
  error: 'high',
  critical: 'high',
  blocker: 'high',
  high: 'high',
  warning: 'medium',
  warn: 'medium',
  major: 'medium',
  medium: 'medium',
  info: 'low',
  minor: 'low',
  low: 'low',
};

/** Undefined for a word that is none of those. */
export const severityOf = (word: unknown): Severity | undefined =>
  word === undefined ? 'high' : bySeverity[String(word).toLowerCase()];
