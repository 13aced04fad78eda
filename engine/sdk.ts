/**
 * What a project's own component imports, as `ds-toolbox/component`: how a component is defined, the vocabulary of its
 * configuration, and columns in memory. Everything else comes to it through `ctx`.
 */
export type { Kernel } from '../components/lib/compute/kernel.js';
export { sharedF32, sharedF64, sharedI32, sharedU8, sharedU32 } from '../components/lib/compute/shared.js';
export type { FileArtifact, Metrics, Model, Report } from './artifacts/artifact.js';
export {
  type Column,
  cell,
  isNull,
  isNumber,
  type NumericColumn,
  type StringColumn,
  type VectorColumn,
} from './artifacts/column.js';
export { Frame } from './artifacts/frame.js';
export type {
  ColumnType,
  Field,
  PlannedField,
  PlannedSchema,
  Role,
  TableSchema,
} from './artifacts/schema.js';
export type { Table, Tables, TableWriter } from './artifacts/table.js';
export { defineForecaster } from './component/forecaster.js';
export {
  type Component,
  type Context,
  defineComponent,
  defineEstimator,
  defineTransform,
  type Forecaster,
  file,
  type Learner,
  type Matrix,
  metrics,
  model,
  type Planning,
  type Prediction,
  report,
  type SeriesData,
  type SeriesForecast,
  type State,
  type Target,
  type TrainingData,
  type Transform,
  table,
} from './component.js';
export {
  ColumnName,
  ColumnOverrides,
  Config,
  Expression,
  OneOf,
  Path,
  PeriodOf,
  Quantity,
  RoleName,
  Secret,
  type Static,
  Type,
} from './schema.js';
