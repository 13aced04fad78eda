import { afterEach } from 'vitest';
import { type Measure, takeMeasures } from './close.js';

declare module 'vitest' {
  interface TaskMeta {
    measures?: Measure[];
  }
}

/** Each interop test hands on what it measured; the reporter writes it beside the outcome. */
afterEach(({ task }) => {
  const taken = takeMeasures();
  if (taken.length > 0) task.meta.measures = taken;
});
