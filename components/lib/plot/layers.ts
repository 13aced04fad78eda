/** A directed graph without circles: each node with those that it comes after. */
export interface Layered {
  readonly id: string;
  readonly after: readonly string[];
}

/** A node, or the place where an arrow that spans several layers crosses one. Centre; pixels from the left. */
interface Item {
  readonly width: number;
  x: number;
  readonly above: Item[];
  readonly below: Item[];
}

export interface Placed {
  readonly layer: number;
  readonly x: number;
}

export interface Arrow {
  readonly from: string;
  readonly to: string;
  /** Centres in the layers that it crosses, its ends among them, from the top. */
  readonly through: readonly Placed[];
}

const crossing = 14;
const sweeps = 8;

/**
 * Layers from the top by the longest way to each node, in an order that crosses few arrows (Sugiyama, Tagawa and Toda
 * 1981: barycentres, arrows over several layers split up), then as near as may be below and above their neighbours.
 * Nodes that `after` names but that are not there are passed over. O(sweeps · (nodes + crossings) log).
 */
export function layered(
  nodes: readonly Layered[],
  size: { readonly width: number; readonly gap: number },
): { places: ReadonlyMap<string, Placed>; arrows: readonly Arrow[]; width: number; layers: number } {
  const depth = depths(nodes);
  const items = new Map<string, Item>();
  const rows: Item[][] = Array.from({ length: Math.max(0, ...depth.values()) + 1 }, () => []);
  const add = (layer: number, width: number): Item => {
    const item = { width, x: 0, above: [], below: [] };
    rows[layer]!.push(item);
    return item;
  };
  for (const { id } of nodes) items.set(id, add(depth.get(id)!, size.width));
  const ways = nodes.flatMap(({ id, after }) =>
    [...new Set(after)]
      .filter((from) => items.has(from))
      .map((from) => {
        const way = [items.get(from)!];
        for (let layer = depth.get(from)! + 1; layer < depth.get(id)!; layer++)
          way.push(add(layer, crossing));
        way.push(items.get(id)!);
        for (let i = 1; i < way.length; i++) {
          way[i - 1]!.below.push(way[i]!);
          way[i]!.above.push(way[i - 1]!);
        }
        return { from, to: id, way };
      }),
  );
  order(rows);
  straighten(rows, size.gap);
  const left = Math.min(...rows.flat().map(({ x, width }) => x - width / 2));
  const right = Math.max(...rows.flat().map(({ x, width }) => x + width / 2));
  return {
    places: new Map(nodes.map(({ id }) => [id, { layer: depth.get(id)!, x: items.get(id)!.x - left }])),
    arrows: ways.map(({ from, to, way }) => ({
      from,
      to,
      through: way.map(({ x }, i) => ({ layer: depth.get(from)! + i, x: x - left })),
    })),
    width: right - left,
    layers: rows.length,
  };
}

function depths(nodes: readonly Layered[]): ReadonlyMap<string, number> {
  const after = new Map(nodes.map((node) => [node.id, node.after]));
  const depth = new Map<string, number>();
  const visit = (id: string): number => {
    const known = depth.get(id);
    if (known !== undefined) return known;
    depth.set(id, 0); // a circle would end here
    const above = after.get(id)!.filter((other) => after.has(other));
    const found = above.length === 0 ? 0 : 1 + Math.max(...above.map(visit));
    depth.set(id, found);
    return found;
  };
  for (const { id } of nodes) visit(id);
  return depth;
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

/** Sorts each layer by the mean place of the neighbours above, then below, by turns; `x` is the place meanwhile. */
function order(rows: readonly Item[][]): void {
  const number = (row: Item[]) => {
    for (const [i, item] of row.entries()) item.x = i - (row.length - 1) / 2;
  };
  for (const row of rows) number(row);
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const down = sweep % 2 === 0;
    for (const row of down ? rows : rows.toReversed()) {
      const wanted = new Map(
        row.map((item) => {
          const beside = down ? item.above : item.below;
          return [item, beside.length > 0 ? mean(beside.map(({ x }) => x)) : item.x];
        }),
      );
      row.sort((a, b) => wanted.get(a)! - wanted.get(b)!);
      number(row);
    }
  }
}

/** Long arrows bend less than short ones, and boxes make way for them (Gansner and others 1993, section 4). */
const weight = (item: Item): number => (item.width === crossing ? 8 : 1);

/** Centres as near as may be to the mean of the neighbours', at least `gap` between two of a layer. */
function straighten(rows: readonly Item[][], gap: number): void {
  const place = (row: Item[], wanted: readonly number[]) => {
    const offsets: number[] = [];
    row.forEach((item, i) => {
      const before = row[i - 1];
      offsets.push(before ? offsets[i - 1]! + (before.width + item.width) / 2 + gap : 0);
    });
    const fitted = nondecreasing(
      wanted.map((x, i) => x - offsets[i]!),
      row.map(weight),
    );
    for (const [i, item] of row.entries()) item.x = fitted[i]! + offsets[i]!;
  };
  for (const row of rows)
    place(
      row,
      row.map(() => 0),
    );
  for (let sweep = 0; sweep < 4 * sweeps; sweep++)
    for (const row of sweep % 2 === 0 ? rows : rows.toReversed())
      place(
        row,
        row.map((item) => {
          const beside = [...item.above, ...item.below];
          const total = beside.reduce((sum, other) => sum + weight(other), 0);
          return total > 0 ? beside.reduce((sum, other) => sum + weight(other) * other.x, 0) / total : item.x;
        }),
      );
}

/** The nondecreasing sequence nearest in weighted squares (pool adjacent violators). */
function nondecreasing(values: readonly number[], weights: readonly number[]): number[] {
  const pools: { mean: number; weight: number; count: number }[] = [];
  for (const [i, value] of values.entries()) {
    let pool = { mean: value, weight: weights[i]!, count: 1 };
    for (let last = pools.at(-1); last && last.mean > pool.mean; last = pools.at(-1)) {
      pools.pop();
      const total = last.weight + pool.weight;
      const both = (last.mean * last.weight + pool.mean * pool.weight) / total;
      pool = { mean: both, weight: total, count: last.count + pool.count };
    }
    pools.push(pool);
  }
  return pools.flatMap(({ mean, count }) => Array.from({ length: count }, () => mean));
}
