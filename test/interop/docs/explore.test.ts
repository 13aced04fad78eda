/** The repository's first look at a survey, on the real ones: F3 and Viking Graben in time, Volve in depth. */

import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { explorer, surveys } from '../../support/explore.js';
import { hasSharedData } from '../../support/shared.js';

describe.skipIf(!hasSharedData)('pipelines/seismic-explore.yaml', () => {
  const explore = explorer();
  afterAll(explore.remove);

  it('runs on F3: 3-D, post-stack, in time', async () => {
    const found = await explore.run('segyio/f3.sgy');
    expect([found.exit, found.skipped]).toEqual([0, ['demo']]);
    expect(found.metrics('survey')).toMatchObject({
      kind: '3d',
      prestack: false,
      inlines: 23,
      crosslines: 18,
    });
    // The file was cut from a larger one, whose headers it kept; nothing else is wrong with it.
    expect(found.metrics('checks')).toMatchObject({ verdict: 'warn', sample_count: 1, traces_flagged: 0 });
    expect(found.metrics('spectrum')['dominant']).toBeCloseTo(23.333333333333336, 9);
    expect(explore.names()).toEqual([
      'amplitudes.png',
      'facies-section.png',
      'facies.png',
      'facies.sgy',
      'facies.xyz',
      'headers.csv',
      'issues.csv',
      'quality.png',
      'section.png',
      'slice.png',
      'spectrum.csv',
      'spectrum.png',
      'survey.md',
      'traces.parquet',
      'unusual.png',
    ]);
    const lines = explore.saved('facies.xyz').toString('utf8').trim().split('\n');
    expect(lines[0]).toBe('# cdp_x cdp_y cluster');
    expect(lines).toHaveLength(415);
    const [x, y, cluster] = lines[1]!.split(' ').map(Number);
    expect([x, y]).toEqual([620197.2, 6074232.9]);
    // Headers as they were, to the byte; in every sample the cluster of its trace.
    const [before, after] = [readFileSync(`${surveys}segyio/f3.sgy`), explore.saved('facies.sgy')];
    expect(after.length).toBe(before.length);
    expect(after.subarray(3200, 3600)).toEqual(before.subarray(3200, 3600));
    for (let trace = 0; trace < 414; trace++) {
      const at = 3600 + trace * 390;
      expect(after.subarray(at, at + 240).equals(before.subarray(at, at + 240))).toBe(true);
      const value = Number(lines[trace + 1]!.split(' ')[2]);
      for (let i = 0; i < 75; i += 37) expect(after.readInt16BE(at + 240 + 2 * i)).toBe(value);
    }
    expect(cluster).toBe(after.readInt16BE(3840));
  }, 60_000);

  it('runs on Volve: in depth, velocities that are no amplitudes', async () => {
    const found = await explore.run('segysak/volve10-migvel-depth-sub3d.sgy', { domain: 'depth' });
    expect([found.exit, found.skipped]).toEqual([0, ['demo']]);
    expect(found.metrics('checks')).toMatchObject({ verdict: 'pass', traces_flagged: 0 });
    expect(found.metrics('survey')).toMatchObject({ kind: '3d', interval: 20, start: 0, end: 4500 });
    expect(found.metrics('spectrum')['dominant']).toBeCloseTo(0.22123893805309733, 9);
    expect(found.metrics('amplitudes')).toMatchObject({
      minimum: 1480,
      maximum: 4706.0859375,
      is_clipped: false,
    });
  }, 60_000);

  it('runs on Viking Graben: gathers without coordinates', async () => {
    const found = await explore.run('segyio/viking_small.segy');
    expect([found.exit, found.skipped]).toEqual([0, ['demo']]);
    expect(found.metrics('survey')).toMatchObject({ prestack: true, offsets: 120 });
    expect(found.metrics('checks')).toMatchObject({
      verdict: 'warn',
      missing_coordinates: 1,
      traces_flagged: 0,
    });
  }, 60_000);

  it.each([
    ['bad/format_99.sgy', 'byte 3225'],
    ['bad/trunc_header_3500.sgy', 'byte 3501'],
    ['bad/trunc_mid_trace.sgy', 'byte 14161'],
    ['segyio/broken.sgy', 'byte 10769'],
  ])('says of %s at which byte it is broken, and what to do', async (file, byte) => {
    const { exit, problems } = await explore.run(file);
    expect(exit).toBe(1);
    expect(problems).toEqual([
      expect.objectContaining({
        code: 'segy/format',
        message: expect.stringContaining(byte),
        hint: expect.any(String),
      }),
    ]);
  });
});
