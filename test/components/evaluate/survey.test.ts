import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import survey from '#dist/components/evaluate/survey.js';
import segy from '#dist/components/ingest/segy.js';
import toSegy from '#dist/components/serve/segy.js';
import type { FileArtifact, Report } from '#dist/engine/artifacts/artifact.js';
import type { Table } from '#dist/engine/artifacts/table.js';
import { harness } from '../../support/harness.js';
import { hasSharedData, sharedData } from '../../support/shared.js';
import { frameOf } from '../../support/table-of.js';

const folder = mkdtempSync(join(tmpdir(), 'toolbox-survey-'));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, 'small.sgy');

describe.skipIf(!hasSharedData)('a survey in a file', () => {
  const ingest = harness(segy);
  const read = async () => (await ingest.run({ config: { path } })).outputs['traces'] as Table;

  it('has its text header in the report, without characters that a page or terminal would obey', async () => {
    const bytes = readFileSync(`${sharedData}segy/segyio/delay-scalar.sgy`);
    bytes.write('C 1 <script>alert(1)</script>\u001b[2J `rm`', 0, 'latin1');
    writeFileSync(path, bytes);
    const { outputs } = await harness(survey).run({ inputs: { traces: await read() } });
    const text = (outputs['report'] as Report).sections.map((section) => section.text).join('\n');
    expect(text).toContain('C 1 .script.alert(1)./script..[2J .rm.');
    expect(text).toContain('251 samples a trace, every 4 ms');
  });

  it('is written with a value a trace: others get the value for missing ones, a changed file is a problem', async () => {
    writeFileSync(path, readFileSync(`${sharedData}segy/segyio/small.sgy`));
    const traces = await read();
    const values = await ingest.tables.create(
      frameOf({
        columns: {
          trace_id: { type: 'int64', role: 'key', values: [0, 24] },
          facies: { type: 'string', role: 'prediction', values: ['shale', 'sand'] },
        },
      }),
    );
    const { run } = harness(toSegy);
    const request = { config: { value: 'facies', missing: -9 }, inputs: { values, traces } };
    const { outputs, metrics, objects } = await run(request);
    expect(metrics).toMatchObject({ traces: 25, without_value: 23 });
    const bytes = (await objects.get((outputs['volume'] as FileArtifact).object))!;
    const written = join(folder, 'written.sgy');
    writeFileSync(written, bytes);
    const again = (await ingest.run({ config: { path: written } })).outputs['traces'] as Table;
    const column = await again.column('trace');
    const first = Array.from({ length: 25 }, (_, row) => column.values[row * 50]);
    expect(first).toEqual([1, ...new Array<number>(23).fill(-9), 0]);
    const changed = readFileSync(path);
    changed[changed.length - 1]! ^= 1;
    writeFileSync(path, changed);
    await expect(run(request)).rejects.toThrow(/chang/);
  });
});
