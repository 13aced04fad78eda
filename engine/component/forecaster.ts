import type { Forecaster } from '../component.js';
import { ColumnName, Config, OneOf, PeriodOf, Quantity, type Static, type TObject, Type } from '../schema.js';

/** What every forecaster is told: which columns, how far, how often it is tried on the past. */
const common = {
  horizon: Type.Union([Type.Integer({ minimum: 1, maximum: 10_000 }), PeriodOf()], {
    description: 'how far to look ahead: a number of steps, or 12 months where the series is monthly',
  }),
  target: Type.Optional(
    ColumnName({ description: 'column with the values; the one with the role target where absent' }),
  ),
  time: Type.Optional(
    ColumnName({ description: 'column with the times; the one with the role order where absent' }),
  ),
  by: Type.Optional(
    Type.Union([ColumnName(), Type.Array(ColumnName(), { minItems: 1 })], {
      description: 'columns that tell the series apart; those with the role group where absent',
    }),
  ),
  season: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 10_000,
      description:
        'steps a season; 12 of monthly series, 4 of quarterly, 24 of hourly and so on where absent',
    }),
  ),
  intervals: Type.Array(Quantity('share', { exclusiveMinimum: 0, exclusiveMaximum: 1 }), {
    default: [0.8, 0.95],
    maxItems: 9,
    description: 'levels of the prediction intervals',
  }),
  interval_method: OneOf(['conformal', 'model'], {
    default: 'conformal',
    description:
      'conformal: as wide as the backtest’s errors ask for; model: as wide as the method’s own assumptions say',
  }),
  origins: Type.Integer({
    default: 5,
    minimum: 1,
    maximum: 200,
    description: 'points in the past from which the method is tried; each sees only what was known then',
  }),
  every: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 10_000,
      description: 'steps from one such point to the next; half of the horizon where absent',
    }),
  ),
  gaps: OneOf(['stop', 'fill'], {
    default: 'stop',
    description: 'missing times or values: stop with a list of them, or fill them by straight lines',
  }),
};

/** The configuration names only what is the method's own; horizon, columns, intervals and backtest are added. */
export const defineForecaster = <C extends TObject>(spec: Omit<Forecaster<C>, 'kind'>): Forecaster<C> => ({
  kind: 'estimator',
  ...spec,
  config: Config({ ...common, ...spec.config.properties }) as unknown as C,
});

const exogenous = Type.Optional(
  Type.Array(ColumnName({ types: ['float64', 'float32', 'int64', 'int32'] }), {
    description: 'columns that may lead the values; only what was known at the time is looked at',
  }),
);
/** For a forecaster that looks at other columns: it finds them in each series, in this order. */
export const exogenousColumns = { exogenous };

const shape = Config({ ...common, ...exogenousColumns });
export type ForecastSettings = Static<typeof shape>;

/** `80` of 0.8, `97_5` of 0.975: the end of a column's name. */
export const levelName = (level: number): string =>
  String(Number((100 * level).toPrecision(6))).replace('.', '_');
