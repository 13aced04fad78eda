import { describe } from './describe.js';
import type { Layout, TraceLayout } from './layout.js';
import type { ByteSource } from './source.js';

/**
 * Everything about a file whose traces are known to lie so, whatever had to be said to find that out; undefined where the
 * file does not agree.
 */
export async function relayout(source: ByteSource, trace: TraceLayout): Promise<Layout | undefined> {
  const { firstTrace, headerBytes, samples, format, endian } = trace;
  const isSu = firstTrace === 0;
  const described = await describe(source, {
    kind: isSu ? 'su' : 'segy',
    endian,
    samples,
    truncated: 'keep_whole',
    ...(!isSu && { format, first_trace: firstTrace + 1, extra_trace_headers: headerBytes / 240 - 1 }),
  });
  if (!described.ok) return undefined;
  const found = described.value.trace;
  return found.firstTrace === firstTrace && found.stride === trace.stride
    ? { ...described.value, trace }
    : undefined;
}
