import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { browser, domOf } from '../support/browser.js';
import { hostileRun } from '../support/hostile.js';

const count = (dom: string, what: RegExp): number => dom.match(what)?.length ?? 0;

/** A histogram in the table of columns: what it shows in words, and one path. */
const bars = /<svg class="bars"[^<>]*><title>[\w ,]*<\/title><path d="[MVhvz\d. -]*"><\/path><\/svg>/g;

describe.skipIf(!browser)('the report of hostile text in a real browser', () => {
  let run: Awaited<ReturnType<typeof hostileRun>>;
  beforeAll(async () => {
    run = await hostileRun();
  }, 120_000);
  afterAll(() => run.project.remove());

  it('runs no script, and holds no element that the template has not', () => {
    const dom = domOf(join(run.folder, 'report.html'));
    // Every hostile text tries to set the title.
    expect(dom).toContain('<title>hostile: done</title>');
    const svgs = readdirSync(join(run.folder, 'figures')).filter((name) => name.endsWith('.svg'));
    expect(count(dom, /<img /g)).toBe(svgs.length);
    expect(count(dom, /<figure/g)).toBe(svgs.length);
    expect(count(dom, bars)).toBeGreaterThan(0);
    expect(dom.replaceAll(bars, '')).not.toMatch(
      /<(?:script|iframe|object|embed|form|input|svg|path|base|link)[\s>]/i,
    );
    expect(count(dom, /<style/g)).toBe(1);
    for (const [tag] of dom.matchAll(/<[a-z][^>]*>/g))
      expect(tag.replaceAll(/"[^"]*"/g, '')).not.toMatch(/\son[a-z]+=/i);
  });

  it('shows a picture by itself without running anything', () => {
    const dom = domOf(join(run.folder, 'figures', 'map.svg'));
    expect(dom).toContain('<svg');
    expect(count(dom, /<svg/g)).toBe(1);
    expect(dom).not.toMatch(/<(?:script|foreignObject|parsererror|img)/i);
  });
});
