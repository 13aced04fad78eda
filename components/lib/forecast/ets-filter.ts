/** The form of an exponential smoothing model, in the taxonomy of Hyndman et al. (2008). */
export interface EtsForm {
  readonly error: 'A' | 'M';
  readonly trend: 'N' | 'A';
  readonly damped: boolean;
  readonly season: 'N' | 'A' | 'M';
}

/** `ETS(M,Ad,N)`. */
export const nameOf = ({ error, trend, damped, season }: EtsForm): string =>
  `ETS(${error},${trend}${damped ? 'd' : ''},${season})`;

/** Smoothing parameters; those that the form lacks are 0, and `phi` is 1 without damping. */
export interface EtsParams {
  readonly alpha: number;
  readonly beta: number;
  readonly gamma: number;
  readonly phi: number;
}

/** Level, slope and seasons; `season[0]` is that of the next step. */
export interface EtsStates {
  level: number;
  slope: number;
  readonly season: Float64Array;
}

/** What one pass over the values leaves. */
export interface EtsPass {
  /** −2 log likelihood but for a constant, or Infinity where it is not defined. */
  readonly lik: number;
  /** Mean square of the one-step errors, in the units of the values. */
  readonly mse: number;
  /** Sum of squares of the innovations: relative errors where the error is multiplicative. */
  readonly sse: number;
  readonly end: EtsStates;
}

const tiny = 1e-10;
const far = 1e10;

/**
 * One pass of the innovations state-space model over the values (Hyndman et al. 2008, table 2.1, in the order of
 * R forecast's recursion). The seasons of `start` are worked on in place, since a search makes thousands of passes.
 * `residuals`, where given, takes the innovations. Time O(values).
 */
export function etsPass(
  values: ArrayLike<number>,
  { error, trend, season: kind }: EtsForm,
  { alpha, beta, gamma, phi }: EtsParams,
  start: EtsStates,
  residuals?: Float64Array,
): EtsPass {
  const n = values.length;
  const { season } = start;
  const m = season.length;
  const [relative, trending] = [error === 'M', trend === 'A'];
  const [seasonal, times] = [kind !== 'N', kind === 'M'];
  const share = trending ? beta / alpha : 0;
  let { level, slope } = start;
  let sse = 0;
  let squares = 0;
  // Logarithms are taken of products: one in some fifty steps instead of one a step.
  let product = 1;
  let logs = 0;
  let at = 0;
  for (let t = 0; t < n; t++) {
    const y = values[t]!;
    const move = phi * slope;
    const before = trending ? level + move : level;
    const s = seasonal ? season[at]! : 0;
    const f = times ? before * s : before + s;
    const gap = y - f;
    const e = relative ? gap / (Math.abs(f) < tiny ? f + tiny : f) : gap;
    sse += e * e;
    squares += gap * gap;
    if (relative) {
      product *= Math.abs(f);
      if (!(product < 1e200 && product > 1e-200)) {
        logs += Math.log(product);
        product = 1;
      }
    }
    if (residuals) residuals[t] = e;
    const p = times ? (Math.abs(s) < tiny ? far : y / s) : y - s;
    const next = before + alpha * (p - before);
    if (trending) slope = move + share * (next - level - move);
    if (seasonal) {
      const own = times ? (Math.abs(before) < tiny ? far : y / before) : y - before;
      season[at] = s + gamma * (own - s);
      at = at + 1 === m ? 0 : at + 1;
    }
    level = next;
  }
  const fit = n * Math.log(sse) + 2 * (logs + Math.log(product));
  return {
    lik: Number.isFinite(fit) || sse === 0 ? fit : Number.POSITIVE_INFINITY,
    mse: squares / n,
    sse,
    end: { level, slope, season: at === 0 ? season : turned(season, at) },
  };
}

/** The seasons from the one at `first` on. */
const turned = (season: Float64Array, first: number): Float64Array =>
  season.map((_, i) => season[(first + i) % season.length]!);
