/**
 * Every place where a process may die between two durable states. A test sets TOOLBOX_FAULT to `name` or
 * `name:visit` (counted from 1); the process then kills itself there as `kill -9` would.
 */
export const faultPoints = [
  'object.written',
  'object.named',
  'record.written',
  'record.named',
  'entry.half',
  'entry.appended',
  'segment.opened',
  'segment.flushed',
  'head.locked',
  'head.half',
  'head.appended',
  'head.remembered',
  'registry.filled',
  'registry.named',
  'ledger.half',
  'ledger.appended',
  'move.named',
] as const;
/** The same in a batch of predictions that is worked on as a job. */
export const jobFaultPoints = [
  'job.accepted',
  'job.planned',
  'chunk.stored',
  'chunk.named',
  'job.written',
  'job.linked',
] as const;
export type FaultPoint = (typeof faultPoints)[number] | (typeof jobFaultPoints)[number];

const [wanted, visit = '1'] = (process.env['TOOLBOX_FAULT'] ?? '').split(':');
let visits = 0;

/** Whether the test wants the process dead at this visit; for places that must first leave something half done. */
export const isFault = (point: FaultPoint): boolean => point === wanted && ++visits === Number(visit);

export function faultPoint(point: FaultPoint): void {
  if (isFault(point)) die();
}

export function die(): never {
  process.kill(process.pid, 'SIGKILL');
  for (;;); // the signal ends it before this turns
}
