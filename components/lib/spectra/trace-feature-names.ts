/** The eight trace features, in their fixed order. */
export const traceFeatureNames = [
  'mean_amplitude',
  'std_amplitude',
  'min_amplitude',
  'max_amplitude',
  'rms_amplitude',
  'energy',
  'zero_crossings',
  'dominant_frequency',
] as const;
