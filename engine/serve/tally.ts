import type { Registry } from 'prom-client';

interface Value {
  readonly metricName?: string;
  readonly labels: { readonly [label: string]: string | number };
  readonly value: number;
}

/*
 * Counters and histograms that a request adds to without looking anything up: prom-client hashes the labels of every
 * call. Its registry shows them like its own.
 */

/** A counter by one key; the labels of a key are made once. */
export class Tally {
  readonly #counts = new Map<string, { readonly labels: Value['labels']; value: number }>();

  constructor(
    registry: Registry,
    name: string,
    help: string,
    private readonly labelsOf: (key: string) => Value['labels'],
  ) {
    show(registry, name, help, 'counter', () => [...this.#counts.values()]);
  }

  add(key: string, n: number): void {
    const found = this.#counts.get(key);
    if (found) found.value += n;
    else this.#counts.set(key, { labels: this.labelsOf(key), value: n });
  }
}

/** A histogram by one key. */
export class Spread {
  readonly #spreads = new Map<
    string,
    { readonly labels: Value['labels']; readonly counts: number[]; sum: number }
  >();

  /** `bounds`: upper ends of the buckets, ascending. */
  constructor(
    registry: Registry,
    private readonly name: string,
    help: string,
    private readonly bounds: readonly number[],
    private readonly labelsOf: (key: string) => Value['labels'],
  ) {
    show(registry, name, help, 'histogram', () => this.#values());
  }

  observe(key: string, value: number): void {
    let spread = this.#spreads.get(key);
    if (!spread) {
      spread = { labels: this.labelsOf(key), counts: [...this.bounds.map(() => 0), 0], sum: 0 };
      this.#spreads.set(key, spread);
    }
    let bucket = 0;
    while (bucket < this.bounds.length && value > this.bounds[bucket]!) bucket++;
    spread.counts[bucket]!++;
    spread.sum += value;
  }

  /** As Prometheus wants them: each bucket with all below it. */
  #values(): readonly Value[] {
    const { bounds } = this;
    const name = this.name;
    return [...this.#spreads.values()].flatMap(({ labels, counts, sum }) => {
      let total = 0;
      const buckets = counts.map((count, i) => {
        total += count;
        return { metricName: `${name}_bucket`, labels: { le: bounds[i] ?? '+Inf', ...labels }, value: total };
      });
      return [
        ...buckets,
        { metricName: `${name}_sum`, labels, value: sum },
        { metricName: `${name}_count`, labels, value: total },
      ];
    });
  }
}

function show(
  registry: Registry,
  name: string,
  help: string,
  type: 'counter' | 'histogram',
  values: () => readonly Value[],
): void {
  const metric = { name, help, type, get: async () => ({ name, help, type, values: values() }) };
  // The registry asks no more of a metric than its name and `get`.
  registry.registerMetric(metric as unknown as Parameters<Registry['registerMetric']>[0]);
}
