import { describe, expect, test } from 'vitest';
import { describe as describeFile } from '#dist/components/lib/segy/describe.js';
import { bytesSource } from '#dist/components/lib/segy/source.js';
import { badFiles, fileBytes, hasSharedData } from './support.js';

const problems: Record<string, unknown> = {
  'format_99.sgy': { code: 'segy/unknown-format', byte: 3225 },
  'trunc_header_3500.sgy': { code: 'segy/truncated-header', byte: 3501 },
  'trunc_mid_trace.sgy': { code: 'segy/truncated-trace', byte: 3600 + 4 * 2640 + 1 },
};

describe.skipIf(!hasSharedData)('every bad file', () => {
  test.each(badFiles)('%s gives a problem with a byte and a way out', async (name) => {
    const result = await describeFile(bytesSource(fileBytes(`bad/${name}`)));
    expect(result).toMatchObject({ ok: false, problem: problems[name] });
    if (!result.ok) expect(result.problem.hint).not.toBe('');
  });

  test('whole traces of a cut file are read if asked, and the cut is noted', async () => {
    const source = bytesSource(fileBytes('bad/trunc_mid_trace.sgy'));
    const result = await describeFile(source, { truncated: 'keep_whole' });
    expect(result).toMatchObject({
      ok: true,
      value: {
        trace: { traces: 4 },
        trailingBytes: 2540,
        notes: expect.arrayContaining([expect.objectContaining({ code: 'segy/truncated-trace' })]),
      },
    });
  });

  test('a given format opens a file whose format code is wrong', async () => {
    const source = bytesSource(fileBytes('bad/format_99.sgy'));
    const result = await describeFile(source, { format: 1 });
    expect(result).toMatchObject({ ok: true, value: { trace: { format: 1, endian: 'big', traces: 3 } } });
  });
});
