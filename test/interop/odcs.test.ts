import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { main } from '#dist/engine/cli/main.js';
import { askPeer, hasPeers } from '../support/peer.js';

const guide = readFileSync(fileURLToPath(new URL('../../docs/contracts.md', import.meta.url)), 'utf8');
const contracts = [...guide.matchAll(/```yaml\n(version: 1\n.*?)```/gs)].map(([, text]) => text!);

describe.skipIf(!hasPeers)('open-data-contract-standard', () => {
  test.each(contracts)('takes what is exported of %s', async (text) => {
    const folder = mkdtempSync(join(tmpdir(), 'odcs-'));
    try {
      const [from, to] = [join(folder, 'a.yaml'), join(folder, 'a.odcs.yaml')];
      writeFileSync(from, text);
      expect(await main(['contract', 'export', from, '--out', to])).toBe(0);
      const found = askPeer<{ errors: string[]; columns: string[] }>(
        'test/interop/odcs.py',
        readFileSync(to, 'utf8'),
      );
      expect(found.errors).toEqual([]);
      expect(found.columns.length).toBeGreaterThan(2);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
