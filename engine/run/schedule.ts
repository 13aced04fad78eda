/** A node of the schedule: what it waits for, by id. */
export interface Task {
  readonly id: string;
  readonly waits: readonly string[];
}

/**
 * Runs each task once all that it waits for have ended, at most `limit` at a time, earlier ones first among those
 * that are ready. `run` never rejects for a person's fault; a rejection is a bug: the tasks that are under way are
 * awaited, then it is passed on. When `stopped()` turns true no further task starts, those left are handed to `drop`.
 */
export async function schedule<T extends Task>(
  tasks: readonly T[],
  limit: number,
  run: (task: T) => Promise<void>,
  options: { stopped(): boolean; drop(task: T): void },
): Promise<void> {
  const left = new Map(tasks.map((task) => [task.id, task.waits.length]));
  const readers = new Map<string, T[]>();
  for (const task of tasks)
    for (const wait of task.waits) {
      const list = readers.get(wait);
      if (list) list.push(task);
      else readers.set(wait, [task]);
    }
  const order = new Map(tasks.map((task, i) => [task.id, i]));
  const ready = tasks.filter((task) => task.waits.length === 0);
  const started = new Set<string>();
  const running = new Set<Promise<void>>();
  let bug: { error: unknown } | undefined;

  const ended = (task: T) => {
    for (const reader of readers.get(task.id) ?? []) {
      const count = left.get(reader.id)! - 1;
      left.set(reader.id, count);
      if (count > 0) continue;
      let at = ready.length;
      while (at > 0 && order.get(ready[at - 1]!.id)! > order.get(reader.id)!) at--;
      ready.splice(at, 0, reader);
    }
  };

  while (!bug) {
    while (running.size < limit && ready.length > 0 && !options.stopped() && !bug) {
      const task = ready.shift()!;
      started.add(task.id);
      const work: Promise<void> = run(task)
        .then(
          () => ended(task),
          (error: unknown) => {
            bug ??= { error };
          },
        )
        .finally(() => running.delete(work));
      running.add(work);
    }
    if (running.size === 0) break;
    await Promise.race(running);
  }
  await Promise.all(running);
  if (bug) throw bug.error;
  for (const task of tasks) if (!started.has(task.id)) options.drop(task);
}
