/** What a unit measures. Powers are energy by time, areas and volumes lengths of a higher power. */
export type Dimension = 'mass' | 'length' | 'time' | 'energy' | 'count' | 'share' | 'money';

/** A symbol is worth `times / over` of the dimension's base unit to the power `power`: `lb` is 45359237 / 1e8 kg. */
export interface Symbol {
  readonly dimension: Dimension;
  readonly power: number;
  readonly times: number;
  readonly over: number;
}

const of =
  (dimension: Dimension, power = 1) =>
  (times = 1, over = 1): Symbol => ({ dimension, power, times, over });
const mass = of('mass');
const length = of('length');
const volume = of('length', 3);
const time = of('time');
const energy = of('energy');
const count = of('count');

/**
 * Exact by definition: the international pound and inch (1959), the British thermal unit of ISO 31-4. Base units are
 * kg, m, h, kWh, each.
 */
export const symbols: { readonly [symbol: string]: Symbol } = {
  kg: mass(),
  g: mass(1, 1000),
  mg: mass(1, 1e6),
  t: mass(1000),
  lb: mass(45_359_237, 1e8),
  oz: mass(45_359_237, 16e8),
  m: length(),
  km: length(1000),
  cm: length(1, 100),
  mm: length(1, 1000),
  in: length(254, 10_000),
  ft: length(3048, 10_000),
  l: volume(1, 1000),
  ml: volume(1, 1e6),
  h: time(),
  min: time(1, 60),
  s: time(1, 3600),
  d: time(24),
  kWh: energy(),
  Wh: energy(1, 1000),
  MWh: energy(1000),
  kJ: energy(1, 3600),
  MJ: energy(10, 36),
  GJ: energy(10_000, 36),
  MMBtu: energy(105_505_585_262, 36e7),
  each: count(),
  dozen: count(12),
  hundred: count(100),
  thousand: count(1000),
  '%': of('share')(1, 100),
};

/** Other ways to write a unit, each as symbols with exponents. Power is energy by time. */
export const spellings: { readonly [word: string]: { readonly [symbol: string]: number } } = {
  kgs: { kg: 1 },
  lbs: { lb: 1 },
  hr: { h: 1 },
  hrs: { h: 1 },
  hour: { h: 1 },
  hours: { h: 1 },
  sec: { s: 1 },
  day: { d: 1 },
  days: { d: 1 },
  ea: { each: 1 },
  pc: { each: 1 },
  pcs: { each: 1 },
  piece: { each: 1 },
  pieces: { each: 1 },
  W: { Wh: 1, h: -1 },
  kW: { kWh: 1, h: -1 },
  MW: { MWh: 1, h: -1 },
  '€': { EUR: 1 },
  '£': { GBP: 1 },
};
