/** What a component is, and all that it sees: components and the rest of the engine import it from here. */
export type {
  Capabilities,
  Files,
  Learners,
  Models,
  Need,
  Network,
  OpenModel,
  Predictions,
} from './component/capabilities.js';
export type { AnyDefinition, Catalog, ComponentInfo } from './component/catalog.js';
export { type Component, defineComponent } from './component/component.js';
export type { Context } from './component/context.js';
export type { Determinism, Effect, MetricSpec, Planning } from './component/definition.js';
export {
  type Coefficients,
  defineEstimator,
  type Estimator,
  type Explanation,
  type Forecaster,
  type Learner,
  type LearnerTask,
  type Matrix,
  type Prediction,
  type SeriesData,
  type SeriesForecast,
  type Target,
  type TrainingData,
} from './component/estimator.js';
export {
  file,
  type InputsOf,
  metrics,
  model,
  type OutputsOf,
  type Port,
  type PortOptions,
  type Ports,
  report,
  table,
} from './component/ports.js';
export { defineTransform, type State, type StateArray, type Transform } from './component/transform.js';
export type { Where } from './problem.js';
