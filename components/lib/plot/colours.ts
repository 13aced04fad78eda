/** RGB as `#rrggbb`. */
export type Colour = string;

const hex = (colours: string): readonly Colour[] => colours.split(' ').map((digits) => `#${digits}`);

/** Okabe and Ito (2008), told apart with every common colour blindness; black last, since it shouts on a map. */
const okabeIto = hex('0072b2 e69f00 009e73 cc79a7 56b4e9 d55e00 f0e442 000000');

/** Discrete rainbow of Paul Tol (SRON/EPS/TN/09-002, 2021) without its ends, which look like paper and ink: for more classes than eight. */
const rainbow = hex(
  'd1bbd7 caaccb ba8db4 ae76a3 aa6f9e 994f88 882e72 1965b0 437dbf 5289c7 6195cf 7bafde 4eb265 ' +
    '90c987 cae0ab f7f056 f7cb45 f6c141 f4a736 f1932d ee8026 e8601c e65518 dc050c a5170e 72190e',
);

/** Every 16th colour of matplotlib's maps of these names; between them linear, within 5 (viridis) and 11 of 255. */
const ramps = {
  viridis: hex(
    '440154 48186a 472d7b 424086 3b528b 33638d 2c728e 26828e 21918c 1fa088 28ae80 3fbc73 5ec962 ' +
      '84d44b addc30 d8e219 fde725',
  ),
  cividis: hex(
    '00224e 002e6a 1a386f 32436d 434e6c 535a6d 61656f 6f7073 7d7c78 8c8878 9b9476 aba072 bcae6c ' +
      'cdbb63 dec958 f0d846 fee838',
  ),
  /** Paul Tol's BuRd: blue below 0, white at 0, red above. */
  'blue-red': hex('2166ac 4393c3 92c5de d1e5f0 f7f7f7 fddbc7 f4a582 d6604d b2182b'),
  grey: hex('000000 ffffff'),
};
export type RampName = keyof typeof ramps;
export const rampNames = Object.keys(ramps) as RampName[];

export const missingColour: Colour = '#d9d9d9';

/** A colour for each of `count` classes, in their order. */
export const classColours = (count: number): readonly Colour[] =>
  count <= okabeIto.length
    ? okabeIto.slice(0, count)
    : Array.from({ length: count }, (_, i) => between(rainbow, i / (count - 1)));

/** `count` colours along a ramp, from its low end to its high end. */
export const ramp = (name: RampName, count: number): readonly Colour[] =>
  Array.from({ length: count }, (_, i) => between(ramps[name], count > 1 ? i / (count - 1) : 0));

export const rgb = (colour: Colour): readonly [red: number, green: number, blue: number] => {
  const value = Number.parseInt(colour.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
};

/** Black or white, whichever is read better on this ground (WCAG relative luminance). */
export function inkOn(ground: Colour): Colour {
  const [r, g, b] = rgb(ground).map((c) => (c <= 10 ? c / 3294 : ((c / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b! > 0.179 ? '#000000' : '#ffffff';
}

function between(stops: readonly Colour[], share: number): Colour {
  const at = share * (stops.length - 1);
  const i = Math.min(Math.floor(at), stops.length - 2);
  const [low, high] = [rgb(stops[i]!), rgb(stops[i + 1]!)];
  const mixed = low.map((value, k) => Math.round(value + (high[k]! - value) * (at - i)));
  return `#${mixed.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}
