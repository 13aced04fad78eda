import { InputError } from '../errors.js';
import type { LayeredEarthParams } from './params.js';

/** Throws `survey-params` where the parts of the params do not fit together. */
export function checkParams({
  grid,
  time,
  window,
  beds,
  facies,
  faults,
  lateral,
  noise,
}: LayeredEarthParams): void {
  const demand = (holds: boolean, message: string) => {
    if (!holds) throw new InputError('survey-params', message);
  };
  const length = time.samples * time.intervalMs;
  demand(grid.inlines >= 1 && grid.crosslines >= 1, 'a survey needs an inline and a crossline');
  demand(time.samples >= 2 && time.intervalMs > 0, 'a trace needs two samples and an interval above 0 ms');
  demand(
    window[0] >= 0 && window[1] > window[0] && window[1] <= length,
    `the window ${window[0]} … ${window[1]} ms does not lie in a trace of ${length} ms`,
  );
  demand(beds.length >= 2, 'an earth needs two beds to reflect');
  demand(
    beds.some(({ target }) => target),
    'no bed is a target',
  );
  demand(
    beds.every(({ target, impedance }) => target || impedance > 0) && facies.every((f) => f.impedance > 0),
    'impedances must be above 0',
  );
  const shares = facies.reduce((total, { share }) => total + share, 0);
  demand(Math.abs(shares - 1) < 1e-9, `the shares of the facies sum to ${shares}, not 1`);
  for (const { name, within } of facies) {
    const host = facies.find((f) => f.name === within);
    demand(
      within === undefined || (host !== undefined && host.within === undefined),
      `${name} lies within no other facies`,
    );
    demand(
      within === undefined || facies.filter((f) => f.within === within).length === 1,
      `more than one facies lies within ${within}`,
    );
  }
  demand(
    lateral.common >= 0 && lateral.common < 1,
    'the common share of variance must be 0 or more and below 1',
  );
  demand(noise.snr > 0, 'S/N must be above 0');
  demand(
    faults.every(({ lean }) => lean > 0),
    'a fault plane must lean by more than 0 traces',
  );
}
