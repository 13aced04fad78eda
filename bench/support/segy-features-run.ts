/** SEG-Y → features in a process of its own, to know its memory: prints milliseconds, megabytes and column sums. */
import { createPool } from '../../components/lib/compute/pool.js';
import { sharedF64 } from '../../components/lib/compute/shared.js';
import { describe } from '../../components/lib/segy/describe.js';
import { segyTraceFeatures } from '../../components/lib/segy/feature-kernel.js';
import { fileSource } from '../../components/lib/segy/source.js';
import { traceFeatureNames } from '../../components/lib/spectra/trace-feature-names.js';

const path = process.argv[2];
const start = performance.now();
await using source = await fileSource(path);
const result = await describe(source);
if (!result.ok) throw new Error(result.problem.message);
const layout = result.value.trace;
const pool = createPool({ workers: 2 });
const out = traceFeatureNames.map(() => sharedF64(layout.traces));
await pool.compute(segyTraceFeatures, { path, layout, out, columns: [], headers: [] });
const ms = performance.now() - start;
const sums = out.map((column) => column.reduce((sum, v) => sum + v, 0));
console.log(JSON.stringify({ ms, mb: process.resourceUsage().maxRSS / 1024, sums }));
await pool.close();
