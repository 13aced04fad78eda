/** The rows that a subtree works on: codes column-major, row i of feature j at `codes[j * rows + i]`. */
export interface RowView {
  readonly rows: number;
  readonly codes: Uint8Array;
  /** Class codes or target numbers, by row. */
  readonly target: Uint16Array | Float64Array;
  readonly weight: Float64Array;
}

/** A copy is made where a node has at most this share of the rows that its table was laid out for. */
const share = 8;
/** Tables smaller than this lie in the first-level cache as they are. */
const smallBytes = 16_384;

interface Level {
  readonly view: { rows: number } & Omit<RowView, 'rows'>;
  end: number;
}

/**
 * Copies the rows of a subtree close together. Deep in a tree the rows of a node lie scattered over the table, and
 * nearly each look at one is a cache miss; a copy at every eighth of the size costs little and ends that.
 */
export class RowViews {
  private readonly levels: Level[] = [];
  private depth = 0;

  /** `drawn` features are looked at in each node. */
  constructor(
    private readonly whole: RowView,
    private readonly features: number,
    private readonly drawn: number,
  ) {}

  /**
   * The view for the node of rows[lo, hi). Nodes must come depth first, left to right. When a copy is made, the
   * row numbers in rows[lo, hi) become those of the copy, for all nodes below.
   */
  enter(rows: Int32Array, lo: number, hi: number): RowView {
    while (this.depth > 0 && lo >= this.levels[this.depth - 1]!.end) this.depth--;
    const view = this.depth > 0 ? this.levels[this.depth - 1]!.view : this.whole;
    const n = hi - lo;
    if (n * share > view.rows || view.rows * this.features <= smallBytes) return view;
    // A copy reads all features once, the nodes below read the drawn ones at each of some log₂ n levels.
    if (n < 16 || this.features > 2 * this.drawn * Math.log2(n)) return view;
    const level = this.level(view);
    level.end = hi;
    level.view.rows = n;
    copy(view.codes, view.rows, level.view.codes, rows, lo, n, this.features);
    for (let i = 0; i < n; i++) level.view.target[i] = view.target[rows[lo + i]!]!;
    for (let i = 0; i < n; i++) level.view.weight[i] = view.weight[rows[lo + i]!]!;
    for (let i = 0; i < n; i++) rows[lo + i] = i;
    return level.view;
  }

  private level({ rows, target }: RowView): Level {
    this.depth++;
    const room = Math.floor(rows / share);
    const known = this.levels[this.depth - 1];
    if (known && known.view.weight.length >= room) return known;
    const level: Level = {
      end: 0,
      view: {
        rows: 0,
        codes: new Uint8Array(room * this.features),
        target: target instanceof Uint16Array ? new Uint16Array(room) : new Float64Array(room),
        weight: new Float64Array(room),
      },
    };
    this.levels[this.depth - 1] = level;
    return level;
  }
}

function copy(
  from: Uint8Array,
  fromRows: number,
  to: Uint8Array,
  rows: Int32Array,
  lo: number,
  n: number,
  features: number,
): void {
  let j = 0;
  for (; j + 4 <= features; j += 4) {
    const source = j * fromRows;
    const target = j * n;
    for (let i = 0; i < n; i++) {
      const at = source + rows[lo + i]!;
      to[target + i] = from[at]!;
      to[target + n + i] = from[at + fromRows]!;
      to[target + 2 * n + i] = from[at + 2 * fromRows]!;
      to[target + 3 * n + i] = from[at + 3 * fromRows]!;
    }
  }
  for (; j < features; j++) for (let i = 0; i < n; i++) to[j * n + i] = from[j * fromRows + rows[lo + i]!]!;
}
