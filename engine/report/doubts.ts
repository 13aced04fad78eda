import { percent } from '../../components/lib/plot/text.js';
import { counted, score as number } from './numbers.js';
import { isBetter, type Score, type Scored, type ScoreGroup, scoredOf } from './scores.js';

/** A reason to doubt a score: what is said of one, with the number that set it off, and what of some of several. */
interface Rule {
  one(score: Scored): string | undefined;
  readonly several: string;
}

const rules: readonly Rule[] = [
  {
    one: ({ main: { name, value, baseline } }) =>
      baseline !== undefined && !isBetter(name, value, baseline)
        ? 'the model is no better than the baseline, so it has learned nothing of use.'
        : undefined,
    several: 'the model is no better than the baseline.',
  },
  {
    one: ({ main: { name, value, baseline, interval } }) =>
      baseline !== undefined &&
      interval &&
      isBetter(name, value, baseline) &&
      !(isBetter(name, interval.lower, baseline) && isBetter(name, interval.upper, baseline))
        ? `the interval of ${name} reaches the baseline, ${number(baseline)}; the gain may be chance.`
        : undefined,
    several: 'the interval reaches the baseline; the gain may be chance.',
  },
  {
    one: ({ main: { name, value, baseline, control } }) =>
      baseline !== undefined &&
      control !== undefined &&
      isBetter(name, control, baseline) &&
      Math.abs(control - value) < Math.abs(control - baseline)
        ? `even on shuffled labels ${name} is ${number(control)}; look for a leak from the target into the features.`
        : undefined,
    several: 'shuffled labels do nearly as well; look for a leak from the target into the features.',
  },
  {
    one: ({ main: { name, value, randomSplit } }) =>
      randomSplit !== undefined && isBetter(name, randomSplit, value)
        ? `a random split would have shown ${number(randomSplit)} instead of ${number(value)}; neighbouring rows resemble each other, so only the cut by block or group tells what to expect elsewhere.`
        : undefined,
    several: 'a random split would have flattered the model.',
  },
  {
    one: (score) => {
      const rows = measure(score, 'rows');
      return rows !== undefined && rows < 100
        ? `${counted(rows, 'test row')} are few; another sample may give other numbers.`
        : undefined;
    },
    several: 'fewer than 100 test rows; another sample may give other numbers.',
  },
  {
    one: ({ details }) => {
      const classes = (Array.isArray(details['per_class']) ? details['per_class'] : []) as readonly {
        class: string;
        recall: number;
        support: number;
      }[];
      const poor = classes.filter(({ recall, support }) => support > 0 && recall < 0.5);
      const listed = poor.map((c) => `${c.class} (${percent(1 - c.recall)})`).join(', ');
      return poor.length > 0 ? `more than half of the rows are missed of ${listed}.` : undefined;
    },
    several: 'more than half of the rows of some class are missed.',
  },
  {
    one: (score) => {
      const gap = measure(score, 'ece');
      return gap !== undefined && gap > 0.1
        ? `the stated probabilities are off by ${percent(gap)} on average; do not take them at their word.`
        : undefined;
    },
    several: 'the stated probabilities are off by more than 10% on average.',
  },
];

function measure({ measures }: Score, name: string): number | undefined {
  const value = measures.find((one) => one.name === name)?.value;
  return typeof value === 'number' ? value : undefined;
}

/** What to doubt of a step's score, or of the scores of its instances. */
export function doubtsOf(group: ScoreGroup): string[] {
  const scores = scoredOf(group);
  return rules.flatMap(({ one, several }) => {
    const found = scores.map(one).filter((said) => said !== undefined);
    if (found.length === 0) return [];
    if (scores.length === 1) return [`${group.step}: ${found[0]}`];
    return [`${group.step}, ${found.length} of ${scores.length}: ${several}`];
  });
}
