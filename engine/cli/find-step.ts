import { nearest, ProblemError, problem } from '../problem.js';
import type { RunRecord, RunStep } from '../store/runs.js';

/** The step of an address, and the output that is meant: the one named, otherwise the first. */
export function findStep(record: RunRecord, typed: string): { step: RunStep; port: string | undefined } {
  const exact = record.steps.find((step) => step.address === typed);
  if (exact) return { step: exact, port: Object.keys(exact.outputs ?? {})[0] };
  const addresses = record.steps.map((step) => step.address);
  const owner = record.steps.find((step) => typed.startsWith(`${step.address}.`));
  if (owner) {
    const port = typed.slice(owner.address.length + 1);
    if (owner.outputs?.[port]) return { step: owner, port };
    throw notFound(
      `${owner.address} has no output "${port}" in run ${record.id}`,
      port,
      Object.keys(owner.outputs ?? {}),
    );
  }
  const instances = addresses.filter(
    (address) => address.startsWith(`${typed}[`) || address.startsWith(`${typed}/`),
  );
  throw notFound(
    `there is no step "${typed}" in run ${record.id}`,
    typed,
    instances.length > 0 ? instances : addresses,
  );
}

function notFound(message: string, typed: string, known: readonly string[]): ProblemError {
  const near = nearest(typed, known);
  const list = known.length > 0 ? `there are: ${known.join(', ')}` : 'it has none';
  return new ProblemError(
    problem('command/not-found', message, { hint: near ? `did you mean ${near}?` : list }),
  );
}
