/** Support for a hypothesis in units of log odds (nats), and why. */
export interface Score {
  readonly score: number;
  readonly evidence: readonly string[];
}

/** `sure` from 95 % on, `likely` from 70 % on. What these are worth on real files is measured: docs/segy.md. */
export type Level = 'sure' | 'likely' | 'unsure';

export const levelOf = (confidence: number): Level =>
  confidence >= 0.95 ? 'sure' : confidence >= 0.7 ? 'likely' : 'unsure';

/** The answer to one question about a file. */
export interface Verdict {
  readonly question: string;
  readonly answer: string;
  /** Share of the softmax of the scores that falls to this answer, 0 … 1. */
  readonly confidence: number;
  readonly level: Level;
  readonly evidence: readonly string[];
  /** Other answers with at least 2 %, best first. */
  readonly others: readonly { readonly answer: string; readonly confidence: number }[];
}

/** What scores are divided by: reasons overlap, so that as plain log odds they would promise too much. Measured. */
const temperature = 1.5;

/** Softmax of scores; largest share for the largest score. */
function shares(scores: readonly number[]): number[] {
  const top = Math.max(...scores);
  const weights = scores.map((score) => Math.exp((score - top) / temperature));
  const total = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / total);
}

export interface Candidate extends Score {
  readonly answer: string;
}

/** The best of the candidates; shares of those that give the same answer are added up. */
export function verdictOf(question: string, candidates: readonly Candidate[]): Verdict {
  const share = shares(candidates.map(({ score }) => score));
  const best = candidates.reduce((a, b) => (b.score > a.score ? b : a));
  const total = new Map<string, number>();
  candidates.forEach(({ answer }, i) => {
    total.set(answer, (total.get(answer) ?? 0) + share[i]!);
  });
  const others = [...total]
    .filter(([answer, confidence]) => answer !== best.answer && confidence >= 0.02)
    .map(([answer, confidence]) => ({ answer, confidence }))
    .sort((a, b) => b.confidence - a.confidence);
  const confidence = total.get(best.answer)!;
  return {
    question,
    answer: best.answer,
    confidence,
    level: levelOf(confidence),
    evidence: best.evidence,
    others,
  };
}
