/** The repository's first look at a survey on every SEG-Y and SU file at hand: it runs, or says at which byte a file is broken. */
import { afterAll, describe, expect, it } from 'vitest';
import { explorer, surveyFiles } from '../support/explore.js';
import { hasSharedData } from '../support/shared.js';

/** Files that end inside a trace or a header, or have an unknown format. */
const broken = /^bad\/|segyio\/broken\.sgy$/;
/** Headers and no trace. */
const empty = /segyio\/text\.sgy$/;
/** Fewer than 20 sound traces, or shorter ones than there are components: no clusters. */
const few =
  /first_trace|one_trace|1x1|delay-scalar|increment|interval-neg|long\.sgy|mapping|multi-text|shot-gather|stanzas|tiny|extension1|iline-11|2d-INLINE/;

describe.skipIf(!hasSharedData)('pipelines/seismic-explore.yaml', () => {
  const explore = explorer();
  afterAll(explore.remove);
  const files = hasSharedData ? surveyFiles() : [];

  it.each(files)('%s', async (file) => {
    const { exit, problems, skipped, metrics } = await explore.run(file);
    if (broken.test(file) || empty.test(file)) {
      expect(exit).toBe(1);
      for (const { message, hint } of problems)
        expect(broken.test(file) ? `${message} ${hint}` : message).toMatch(
          empty.test(file) ? /no traces/ : /byte \d+: .+ \S/,
        );
      return;
    }
    expect(problems).toEqual([]);
    expect(exit).toBe(0);
    expect(['pass', 'warn', 'fail']).toContain(metrics('checks')['verdict']);
    if (!few.test(file)) expect(skipped).toEqual(['demo']);
  });
});
