import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { describe as describeFile } from '#dist/components/lib/segy/describe.js';
import { findingsOf } from '#dist/components/lib/segy/inspect/findings.js';
import { binaryRows } from '#dist/components/lib/segy/inspect/meaning.js';
import { inspectionFigure } from '#dist/components/lib/segy/inspect/picture.js';
import { middleSection, sectionFacts } from '#dist/components/lib/segy/inspect/section.js';
import { spreadTraces } from '#dist/components/lib/segy/inspect/selection.js';
import { gridSketch, sectionSketch } from '#dist/components/lib/segy/inspect/sketch.js';
import { surveyOf } from '#dist/components/lib/segy/inspect/survey.js';
import { traceHeaderRows } from '#dist/components/lib/segy/inspect/trace-header.js';
import { overridesOf, type ReadSettings } from '#dist/components/lib/segy/settings.js';
import { bytesSource } from '#dist/components/lib/segy/source.js';
import { expected, fileBytes, hasSharedData } from './support.js';

async function inspected(name: string, settings: ReadSettings = {}) {
  const source = bytesSource(fileBytes(name));
  const result = await describeFile(source, overridesOf(settings, name));
  if (!result.ok) throw new Error(result.problem.message);
  const survey = await surveyOf(source, result.value);
  const section = survey && (await middleSection(source, result.value, survey));
  return {
    source,
    layout: result.value,
    survey,
    section,
    findings: findingsOf(result.value, survey, section),
  };
}

const readable = Object.entries(expected).filter(([, entry]) => entry.traces !== undefined);

describe.skipIf(!hasSharedData)('every readable file', () => {
  test.each(readable)('%s', async (name, entry) => {
    const { source, layout, survey, section, findings } = await inspected(name, {
      kind: entry.kind,
      truncated: 'keep_whole',
    });
    expect(JSON.parse(JSON.stringify(findings))).toEqual(findings);
    expect(binaryRows(layout)).toHaveLength(Object.keys(layout.binaryFields).length);
    if (entry.traces === 0) return expect(survey).toBeUndefined();
    const { geometry, seen, all } = survey!;
    expect({ seen, all }).toEqual({ seen: entry.traces, all: true });
    expect([geometry.inlines.first, geometry.inlines.last]).toEqual([entry.inline.min, entry.inline.max]);
    // The same trace numbers as an independent parser.
    const rows = await traceHeaderRows(source, layout, entry.traces - 1);
    const found = rows.filter(
      ({ value, field, byte }) => value !== 0 && byte <= 240 && !/Direction(V|C|I)/.test(field),
    );
    expect(Object.fromEntries(found.map(({ field, value }) => [field, value]))).toEqual(
      entry.trace_header_last,
    );
    expect(sectionFacts(section!).dead).toBeLessThanOrEqual(entry.dead_trace_count);
    expect(sectionSketch(section!, 78, 14).every((line) => line.length <= 78)).toBe(true);
    expect(gridSketch(survey!.headers, 78, 8).length).toBeLessThanOrEqual(8);
    expect(inspectionFigure(layout, survey!, section!, 'survey')).toMatch(/^<svg .*<\/svg>\n$/s);
  });

  test('the Volve cut: coordinates after the scalar, bins, azimuth as segyio and the text header give them', async () => {
    const { survey } = await inspected('segysak/volve10-migvel-depth-sub3d.sgy');
    const { geometry, x, y, coordinates } = survey!;
    expect(coordinates).toBe('cdp');
    // CDP_X 43414712 … and CDP_Y … 647884633, divided by 100: expected.json.
    expect(x!.from).toBeLessThanOrEqual(434147.12);
    expect(y!.to).toBeGreaterThanOrEqual(6478846.33);
    expect(geometry).toMatchObject({ kind: '3d', sorting: 'inline', regular: true });
    expect(geometry.binSize!.inline).toBeCloseTo(4 * 12.5, 0);
    expect(geometry.binSize!.crossline).toBeCloseTo(4 * 12.5, 0);
  });

  test('the Viking Graben line: CDPs, fold, midpoints, what is odd', async () => {
    const { survey, section, findings } = await inspected('segyio/viking_small.segy');
    expect(survey).toMatchObject({ coordinates: 'midpoint', fold: [1, 4], x: { from: 1618.5, to: 3181 } });
    expect(survey!.line!.azimuth).toBe(90);
    expect(survey!.line!.spacing).toBe(12.5);
    expect(section!.along).toBe('CDP');
    const text = findings.map(({ message }) => message).join('\n');
    expect(text).toContain('gives 1500 samples, the file is read with 600');
    expect(text).toContain('said to be degrees');
  });

  test('a scalar that is given holds for all traces', async () => {
    const { survey } = await inspected('segyio/f3.sgy', { coordinate_scalar: -100 });
    expect(survey!.x!.from).toBeCloseTo(6201819 / 100, 0);
    expect((await inspected('segyio/f3.sgy')).survey!.x!.from).toBeCloseTo(6201819 / 10, 0);
  });

  test('whatever the bytes of a file that is read, it is shown', async () => {
    const originals = ['segyio/tiny.sgy', 'segyio/small.sgy'].map(fileBytes);
    let shown = 0;
    const edits = fc.array(fc.tuple(fc.integer({ min: 3200, max: 9000 }), fc.nat(255)), { maxLength: 60 });
    const property = fc.asyncProperty(fc.nat(1), edits, async (which, changes) => {
      const bytes = originals[which].slice();
      for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
      const source = bytesSource(bytes);
      const result = await describeFile(source, { truncated: 'keep_whole' });
      const survey = result.ok ? await surveyOf(source, result.value) : undefined;
      if (!result.ok || !survey) return;
      shown++;
      const section = await middleSection(source, result.value, survey);
      const text = [
        ...findingsOf(result.value, survey, section).map(({ message }) => message),
        ...sectionSketch(section, 78, 14),
        ...gridSketch(survey.headers, 78, 8),
      ].join('\n');
      expect(text).not.toMatch(/[^\n\u0020-\u007e\u00a0-\uffff]/);
      expect(inspectionFigure(result.value, survey, section, 'x')).not.toMatch(/NaN|Infinity/);
    });
    await fc.assert(property, { numRuns: 60 });
    expect(shown).toBeGreaterThan(15);
  });

  test('line numbers at other bytes are missed, and said to be', async () => {
    const { findings } = await inspected('lorenzo/WL1.sgy');
    const text = findings.map(({ message }) => message).join('\n');
    expect(text).toContain('no header field tells the 64 traces apart');
    expect(text).toContain('no coordinates');
  });
});

test('an interval in metres means metres, whatever unit the file states; one in feet is converted', () => {
  const read = (settings: ReadSettings) => overridesOf(settings, 'a.sgy');
  expect(read({ domain: 'depth', interval: 5 })).toMatchObject({ domain: 'depth', unit: 'm', interval: 5 });
  expect(read({ unit: 'ft', interval: 3.048 })).toMatchObject({ unit: 'ft', interval: 10 });
  expect(read({ interval: 0.004, bytes: { CDP: 9 } })).toEqual({
    kind: 'segy',
    interval: 4,
    fields: { CDP: 9 },
  });
  expect(overridesOf({ kind: 'auto', domain: 'auto' }, 'a.SU')).toEqual({ kind: 'su' });
});

test('traces to look at: all, or runs from the first to the last, none twice', () => {
  expect([...spreadTraces(5, 10, 2)]).toEqual([0, 1, 2, 3, 4]);
  expect([...spreadTraces(100, 6, 3)]).toEqual([0, 1, 49, 50, 98, 99]);
  const many = spreadTraces(1e8, 1e4, 100);
  expect(many).toHaveLength(1e4);
  expect(many.at(-1)).toBe(1e8 - 1);
  expect(many.every((trace, i) => i === 0 || trace > many[i - 1])).toBe(true);
});
