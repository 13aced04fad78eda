/**
 * Purchase lines from a CSV file to a report: read, check nothing, hold out the latest fifth, learn the logarithm of the
 * price with 100 boosted trees of 31 leaves, score, predict, write the predictions and a report. Ours as `toolbox run` of
 * a project that is new each time, the peer as pandas with scikit-learn's HistGradientBoostingRegressor; two threads each,
 * in turn, each in a process of its own, start included. The median absolute percentage error beside the time says
 * that both learned as much. Run: npm run build && node dist/bench/procurement.js [rows …]
 */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { random } from '../components/lib/random.js';

const sizes = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [10_000, 100_000, 1_000_000];
const python = process.env.TOOLBOX_PEERS ?? '.peers/venv/bin/python';
const bin = fileURLToPath(new URL('../engine/cli/bin.js', import.meta.url));

const pipeline = `version: 1
steps:
  lines: { use: ingest.csv, with: { path: lines.csv, roles: { order: key } } }
  split: { use: prep.split, in: lines, with: { target: price, test: 20%, by: time, time: ordered } }
  model:
    use: train.gradient-boosting
    in: split.train
    with: { task: regress, trees: 100, max_leaves: 31, target_transform: log }
  score:
    use: evaluate.regression
    in: { model: model, data: split.test }
    with: { control: false, replicates: 0 }
    save: { predictions: results/predictions.csv }
`;

const program = `
import json, resource, sys
import numpy as np, pandas as pd
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.metrics import r2_score
rows = pd.read_csv("lines.csv", parse_dates=["ordered"]).sort_values("ordered", kind="stable")
for name in ["supplier", "category", "country", "incoterm"]:
    rows[name] = rows[name].astype("category")
cut = int(len(rows) * 0.8)
train, test = rows[:cut], rows[cut:]
names = [name for name in rows.columns if name not in ("order", "ordered", "price")]
model = HistGradientBoostingRegressor(max_iter=100, max_leaf_nodes=31, early_stopping=False, categorical_features="from_dtype")
model.fit(train[names], np.log(train["price"]))
predicted = np.exp(model.predict(test[names]))
error = float(np.median(np.abs(predicted / test["price"] - 1)))
test.assign(predicted=predicted).to_csv("predictions.csv", index=False)
scores = pd.DataFrame(dict(metric=["median_ape", "r2_log"], value=[error, r2_score(np.log(test["price"]), np.log(predicted))]))
open("report.html", "w").write(scores.to_html() + test.describe(include="all").to_html())
print(json.dumps(dict(error=error, mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)))
`;

/** Lines whose price follows mass, hours, a steel index and the order's size, with a level for each category. */
async function writeLines(path: string, rows: number): Promise<void> {
  const draw = random(1);
  const level = Float64Array.from({ length: 60 }, () => 0.4 * draw.normal());
  const file = createWriteStream(path);
  file.write('order,ordered,supplier,category,country,incoterm,mass_kg,hours,quantity,steel_index,price\n');
  let text = '';
  for (let i = 0; i < rows; i++) {
    const day = Math.floor((i / rows) * 2000);
    const steel = 100 + 30 * Math.sin(day / 200) + 5 * draw.normal();
    const category = draw.int(60);
    const mass = Math.exp(1 + draw.normal());
    const hours = Math.exp(-0.5 + 0.7 * draw.normal());
    const quantity = 1 + draw.int(1000);
    const cost = mass * 0.9 * (steel / 100) + 40 * hours;
    const price = cost * Math.exp(level[category]! + 0.1 * draw.normal()) * quantity ** -0.05;
    const date = new Date(Date.UTC(2019, 0, 1) + day * 86_400_000).toISOString().slice(0, 10);
    text += `PO${i},${date},S${draw.int(200)},C${category},${'DEFRUSCN'.slice(2 * draw.int(4)).slice(0, 2)},${['EXW', 'FCA', 'DAP'][draw.int(3)]},${mass.toFixed(3)},${hours.toFixed(3)},${quantity},${steel.toFixed(2)},${price.toFixed(2)}\n`;
    if (text.length < 1 << 20 && i < rows - 1) continue;
    if (!file.write(text)) await once(file, 'drain');
    text = '';
  }
  file.end();
  await once(file, 'close');
}

interface Took {
  readonly seconds: number;
  readonly mb: number;
  readonly error: number;
}

/** GNU time says what the process and its threads took at most. */
function ours(folder: string): Took {
  rmSync(join(folder, '.toolbox'), { recursive: true, force: true });
  const started = performance.now();
  const out = execFileSync(
    process.execPath,
    ['--import', peakModule, bin, 'run', 'main', '--json', '-w', '2'],
    {
      cwd: folder,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, XDG_STATE_HOME: folder, PEAK_FILE: join(folder, 'peak') },
    },
  );
  const seconds = (performance.now() - started) / 1000;
  const run = JSON.parse(out) as { nodes: { address: string; metrics: { [name: string]: number } }[] };
  const score = run.nodes.find(({ address }) => address === 'score')!.metrics;
  return {
    seconds,
    mb: Number(execFileSync('cat', [join(folder, 'peak')], { encoding: 'utf8' })) / 1024,
    error: score['median_ape']!,
  };
}

const peakModule = `data:text/javascript,${encodeURIComponent(
  "import{writeFileSync}from'node:fs';process.on('exit',()=>writeFileSync(process.env.PEAK_FILE,String(process.resourceUsage().maxRSS)))",
)}`;

function peers(folder: string): Took {
  const started = performance.now();
  const threads = { OMP_NUM_THREADS: '2', OPENBLAS_NUM_THREADS: '2' };
  const out = execFileSync(python, ['-c', program], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, ...threads },
  });
  const { error, mb } = JSON.parse(out) as { error: number; mb: number };
  return { seconds: (performance.now() - started) / 1000, mb, error };
}

console.log('     rows  who                      s     MB  median error  ratio');
for (const rows of sizes) {
  const folder = mkdtempSync(join(tmpdir(), 'toolbox-bench-'));
  try {
    writeFileSync(join(folder, 'toolbox.yaml'), 'version: 1\nname: bench\n');
    mkdirSync(join(folder, 'pipelines'));
    writeFileSync(join(folder, 'pipelines/main.yaml'), pipeline);
    await writeLines(join(folder, 'lines.csv'), rows);
    const rounds = rows > 200_000 ? 1 : 3;
    const [a, b]: [Took[], Took[]] = [[], []];
    for (let round = 0; round < rounds; round++) {
      a.push(ours(folder));
      b.push(peers(folder));
    }
    const best = (took: Took[]) => took.reduce((x, y) => (y.seconds < x.seconds ? y : x));
    const [us, them] = [best(a), best(b)];
    const line = (who: string, { seconds, mb, error }: Took, ratio = '') =>
      console.log(
        `${String(rows).padStart(9)}  ${who.padEnd(20)} ${seconds.toFixed(2).padStart(6)} ${mb.toFixed(0).padStart(6)} ${error.toFixed(4).padStart(13)}  ${ratio}`,
      );
    line('toolbox', us, (them.seconds / us.seconds).toFixed(2));
    line('pandas, scikit-learn', them);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
