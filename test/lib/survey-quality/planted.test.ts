import { describe, expect, it } from 'vitest';
import { random } from '#dist/components/lib/random.js';
import { traceState } from '#dist/components/lib/survey/layered-earth.js';
import { judged, verdictOf } from '#dist/components/lib/survey-quality/verdict.js';
import {
  checked,
  crosslines,
  interval,
  modelled,
  rowsOf,
  type Survey,
  samples,
  traceOf,
  without,
} from './survey.js';

const clean = await modelled(11);
const copy = (survey: Survey): Survey => ({
  ...survey,
  values: new Float32Array(new SharedArrayBuffer(survey.values.byteLength)).map((_, i) => survey.values[i]!),
  inline: survey.inline.slice(),
  crossline: survey.crossline.slice(),
  x: survey.x.slice(),
  y: survey.y.slice(),
});
const rms = (x: Float32Array) => Math.sqrt(x.reduce((sum, v) => sum + v * v, 0) / x.length);

describe('a clean survey', () => {
  it.each([11, 12, 13])('passes, no trace flagged, seed %i', async (seed) => {
    const found = Object.values(await checked(await modelled(seed)));
    expect(found.filter(({ issues }) => issues.length > 0)).toEqual([]);
    expect(verdictOf(judged(found, {}))).toBe('pass');
  });
});

describe('the demo survey', () => {
  it.each([1, 2, 3, 4])('shows the very traces that the model killed and clipped, seed %i', async (seed) => {
    const survey = await modelled(seed, true);
    const found = await checked(survey);
    const made = (state: number) =>
      Array.from(survey.state.keys()).filter((row) => survey.state[row] === state);
    expect(rowsOf(found.dead)).toEqual(made(traceState.dead));
    expect(rowsOf(found.clipped)).toEqual(made(traceState.clipped));
    expect(verdictOf(judged(Object.values(found), {}))).toBe('warn');
  });
});

describe('a planted fault is found, and nothing else', () => {
  const others = (found: object, ...names: string[]) =>
    Object.entries(found).filter(([name, { issues }]) => issues.length > 0 && !names.includes(name));

  it('noise as strong as the signal', async () => {
    const survey = copy(clean);
    const draw = random(5);
    const rows = [130, 611, 1003];
    for (const row of rows) {
      const trace = traceOf(survey, row);
      const level = rms(trace);
      trace.forEach((value, i) => {
        trace[i] = value + 1.5 * level * draw.normal();
      });
    }
    const found = await checked(survey);
    expect(rowsOf(found.noisy)).toEqual(rows);
    expect(others(found, 'noisy')).toEqual([]);
  });

  it('a spike, and a trace ten times too weak', async () => {
    const survey = copy(clean);
    traceOf(survey, 700)[30] = 20 * rms(traceOf(survey, 700));
    traceOf(survey, 300).forEach((value, i, trace) => {
      trace[i] = value / 10;
    });
    const found = await checked(survey);
    expect(rowsOf(found.amplitude)).toEqual([300, 700]);
    expect(others(found, 'amplitude', 'noisy')).toEqual([]);
  });

  it('copied samples, a missing one, a position that is there twice', async () => {
    const survey = copy(clean);
    traceOf(survey, 900).set(traceOf(survey, 40));
    traceOf(survey, 500)[3] = Number.NaN;
    survey.crossline[601] = survey.crossline[600]!;
    const found = await checked(survey);
    expect(found.duplicate_samples?.issues).toEqual([{ row: 900, measured: 1, note: 'as trace 41' }]);
    expect(rowsOf(found.missing_samples)).toEqual([500]);
    expect(found.duplicate_position?.issues).toEqual([{ row: 601, measured: 1, note: 'as trace 601' }]);
    expect(verdictOf(judged(Object.values(found), {}))).toBe('fail');
  });

  it('traces left out, within and at the edge', async () => {
    const gone = [0, 17, 5 * crosslines + 3];
    const survey = without(clean, gone);
    const found = await checked(survey);
    expect(found.missing_traces?.issues.map(({ inline, crossline }) => [inline, crossline])).toEqual(
      gone.map((row) => [clean.inline[row], clean.crossline[row]]),
    );
    expect(others(found, 'missing_traces')).toEqual([]);
  });

  it('coordinates that are missing, far off, and of a whole line', async () => {
    const survey = copy(clean);
    survey.x[10] = 0;
    survey.y[10] = 0;
    survey.x[800]! += 1e6;
    const line = Array.from({ length: crosslines }, (_, k) => 3 * crosslines + k);
    for (const row of line) survey.y[row]! += 400;
    const found = await checked(survey);
    expect(rowsOf(found.missing_coordinates)).toEqual([10]);
    expect(rowsOf(found.grid_fit)).toEqual([...line, 800]);
    expect(verdictOf(judged(Object.values(found), {}))).toBe('fail');
  });

  it('hum of the mains in every third trace', async () => {
    const survey = copy(clean);
    for (let row = 0; row < survey.inline.length; row += 3) {
      const trace = traceOf(survey, row);
      const level = rms(trace);
      trace.forEach((value, i) => {
        trace[i] = value + level * Math.sin(2 * Math.PI * 50 * i * interval);
      });
    }
    const before = (await checked(clean)).mains!.value;
    const { mains } = await checked(survey);
    expect(before).toBeLessThan(5);
    expect(mains!.value).toBeGreaterThan(10);
    expect(mains!.message).toContain('at 50 Hz');
  });

  it('a ghost: what comes again upside down takes frequencies out', async () => {
    const survey = copy(clean);
    const delay = Math.round(1 / 30 / interval);
    for (let row = 0; row < survey.inline.length; row++) {
      const [from, to] = [traceOf(clean, row), traceOf(survey, row)];
      for (let i = delay; i < samples; i++) to[i] = from[i]! - from[i - delay]!;
    }
    const { notch } = await checked(survey);
    expect(notch!.value).toBeGreaterThan((await checked(clean)).notch!.value + 3);
  });
});

it('severity and limit are settings', async () => {
  const found = Object.values(await checked(await modelled(1, true)));
  expect(verdictOf(judged(found, { dead: { limit: 0.05 }, clipped: { severity: 'low' } }))).toBe('pass');
  expect(verdictOf(judged(found, { dead: { severity: 'high' } }))).toBe('fail');
  expect(judged(found, { dead: { severity: 'off' } }).map(({ rule }) => rule)).not.toContain('dead');
});
