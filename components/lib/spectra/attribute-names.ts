/** The trace attributes that `attributes.ts` defines, in their fixed order. */
export const attributeNames = [
  'spectral_centroid',
  'spectral_bandwidth',
  'spectral_rolloff',
  'spectral_flatness',
  'spectral_entropy',
  'envelope_mean',
  'envelope_max',
  'envelope_std',
  'response_phase',
  'instantaneous_frequency_mean',
  'instantaneous_frequency_median',
  'sweetness',
  'median',
  'percentile_5',
  'percentile_25',
  'percentile_75',
  'percentile_95',
  'skewness',
  'kurtosis',
  'autocorrelation_lag1',
] as const;

export type AttributeName = (typeof attributeNames)[number];
