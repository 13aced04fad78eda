import { random } from '../../components/lib/random.js';
import { fileSink } from '../../components/lib/segy/sink.js';
import { createSegy } from '../../components/lib/segy/writer.js';

/** Samples of each trace. */
export const surveySamples = 462;
/** Bytes of the file a trace: a header and IBM floats. */
export const traceBytes = 240 + 4 * surveySamples;
/** Crosslines of each inline. */
export const surveyCrosslines = 1000;

const batch = 10_000;

/** A survey of noise as IBM floats, with inlines from 0 and crosslines from 0; the same 10,000 traces over and over. */
export async function writeSurvey(path: string, traces: number): Promise<void> {
  await using sink = await fileSink(path);
  const writer = await createSegy(sink, {
    text: ['C 1 SYNTHETIC: NOISE'],
    samples: surveySamples,
    interval: 4000,
  });
  if (!writer.ok) throw new Error(writer.problem.message);
  const draw = random(1);
  const noise = Float32Array.from({ length: batch * surveySamples }, () => 1000 * draw.normal());
  for (let row = 0; row < traces; row += batch) {
    const count = Math.min(batch, traces - row);
    const number = Int32Array.from({ length: count }, (_, i) => row + i);
    const written = await writer.value.write({
      count,
      headers: {
        INLINE_3D: number.map((i) => Math.floor(i / surveyCrosslines)),
        CROSSLINE_3D: number.map((i) => i % surveyCrosslines),
      },
      samples: noise.subarray(0, count * surveySamples),
    });
    if (!written.ok) throw new Error(written.problem.message);
  }
}
