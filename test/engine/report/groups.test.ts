import { describe, expect, it } from 'vitest';
import { answerOf } from '#dist/engine/report/answer.js';
import { chartsOf } from '#dist/engine/report/charts.js';
import { byStep, ceilings, scoreOf } from '#dist/engine/report/scores.js';
import type { NodeResult, RunResult } from '#dist/engine/run/result.js';

const node = (address: string, metrics: NodeResult['metrics']): NodeResult => ({
  address,
  use: 'evaluate.classification',
  status: 'ran',
  seconds: 1,
  attempts: 1,
  outputs: {},
  metrics,
  problems: [],
  warnings: [],
  saved: [],
});
const nodes = [
  node('score[well="A]/[1"]', {
    rows: 400,
    f1_weighted: 0.4,
    baseline_f1_weighted: 0.5,
    control_f1_weighted: 0.1,
  }),
  node('score[well=B]', { rows: 50, f1_weighted: 0.8, baseline_f1_weighted: 0.3, control_f1_weighted: 0.3 }),
  node('demo', { oracle_f1_weighted: 0.95 }),
];
const details = [
  {
    classes: ['10', '9'],
    confusion: [
      [5, 1],
      [2, 7],
    ],
  },
  {
    classes: ['9', '8'],
    confusion: [
      [1, 2],
      [0, 3],
    ],
  },
  {},
];
const groups = byStep(nodes.map((one, i) => scoreOf(one, details[i]!, ceilings(nodes))));
const run = { pipeline: 'p', status: 'done', seconds: 3, nodes } as unknown as RunResult;

describe('instances of one step', () => {
  it('are told of together', () => {
    expect(groups.map(({ step, scores }) => [step, scores.length])).toEqual([
      ['score', 2],
      ['demo', 1],
    ]);
    const { answer, worth, doubt } = answerOf(run, undefined, groups);
    expect(answer[1]).toBe('f1_weighted is 0.400 to 0.800, 0.600 on average of 2.');
    expect(worth).toEqual([
      '1 of 2 are better than the baseline, which reaches 0.400 on average.',
      'Trained on shuffled labels, the same model reaches 0.200 on average.',
      'No classifier could reach more than 0.950 on these data.',
    ]);
    expect(doubt).toEqual([
      'score, 1 of 2: the model is no better than the baseline.',
      'score, 1 of 2: fewer than 100 test rows; another sample may give other numbers.',
    ]);
  });

  it('are drawn together, their confusion matrices added up by class', () => {
    const charts = chartsOf(groups[0]!);
    expect(charts.map(({ name }) => name)).toEqual(['comparison', 'confusion']);
    expect(charts[0]!.csv).toContain('"well=""A]/[1""",0.4,,\nwell=B,0.8,,\nmean baseline,0.4,,\n');
    expect(charts[1]!.csv).toBe('truth,8,9,10\n8,3,0,0\n9,2,8,2\n10,0,1,5\n');
    expect(chartsOf(groups[1]!)).toEqual([]);
  });
});

describe('doubts', () => {
  it('name what set them off', () => {
    const values = {
      rows: 500,
      f1_weighted: 0.62,
      baseline_f1_weighted: 0.3,
      control_f1_weighted: 0.6,
      ece: 0.05,
    };
    const interval = { intervals: { f1_weighted: { lower: 0.25, upper: 0.7 } } };
    const one = byStep([scoreOf(node('score', values), interval, {})]);
    const { doubt } = answerOf({ ...run, nodes: [] }, undefined, one);
    expect(doubt).toEqual([
      'score: the interval of f1_weighted reaches the baseline, 0.300; the gain may be chance.',
      'score: even on shuffled labels f1_weighted is 0.600; look for a leak from the target into the features.',
    ]);
    // Of errors, less is better: an interval all below the baseline is no reason to doubt.
    const error = { rmse: 2, baseline_rmse: 5, control_rmse: 5.2, random_split_rmse: 3 };
    const good = byStep([scoreOf(node('score', error), { intervals: { rmse: { lower: 1, upper: 3 } } }, {})]);
    expect(answerOf({ ...run, nodes: [] }, undefined, good).doubt).toEqual([
      'No warning, and no rule for doubtful scores applies.',
    ]);
    const bad = byStep([scoreOf(node('score', { rmse: 6, baseline_rmse: 5 }), {}, {})]);
    expect(answerOf({ ...run, nodes: [] }, undefined, bad).doubt).toEqual([
      'score: the model is no better than the baseline, so it has learned nothing of use.',
    ]);
  });
});
