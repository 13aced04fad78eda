import { declaration, main } from './parts.js';

/** How a cell looks. */
export interface Style {
  /** A number format: `#,##0.00`, `0.0%`, `yyyy\-mm\-dd`. */
  readonly format?: string;
  readonly weight?: 'bold';
  /** Ground: `input` for cells that a person may change, `head` for headers. */
  readonly ground?: 'input' | 'head';
  /** Text that begins with = + - @ stays text when somebody edits the cell. */
  readonly quoted?: true;
}

const grounds: { readonly [ground in NonNullable<Style['ground']>]: string } = {
  input: 'FFFFF2CC',
  head: 'FFE7E6E6',
};
const fillOf = (colour: string) =>
  `<fill><patternFill patternType="solid"><fgColor rgb="${colour}"/><bgColor indexed="64"/></patternFill></fill>`;

/** Styles by number, each once; number 0 is a cell as it is. */
export class Styles {
  readonly #xfs = ['<xf/>'];
  readonly #numbers = new Map<string, number>([['{}', 0]]);
  readonly #formats: string[] = [];

  number(style: Style): number {
    const key = JSON.stringify(style);
    const held = this.#numbers.get(key);
    if (held !== undefined) return held;
    const { format, weight, ground, quoted } = style;
    const parts: string[] = [];
    if (format) parts.push(`numFmtId="${this.#format(format)}" applyNumberFormat="1"`);
    if (weight) parts.push('fontId="1" applyFont="1"');
    if (ground) parts.push(`fillId="${ground === 'input' ? 2 : 3}" applyFill="1"`);
    if (quoted) parts.push('quotePrefix="1"');
    this.#xfs.push(`<xf ${parts.join(' ')}/>`);
    this.#numbers.set(key, this.#xfs.length - 1);
    return this.#xfs.length - 1;
  }

  /** Numbers below 164 are Excel's own. */
  #format(format: string): number {
    if (!this.#formats.includes(format)) this.#formats.push(format);
    return 164 + this.#formats.indexOf(format);
  }

  xml(): string {
    const formats = this.#formats.map(
      (format, i) => `<numFmt numFmtId="${164 + i}" formatCode="${format.replaceAll('"', '&quot;')}"/>`,
    );
    const numFmts =
      formats.length > 0 ? `<numFmts count="${formats.length}">${formats.join('')}</numFmts>` : '';
    return `${declaration}<styleSheet xmlns="${main}">${numFmts}<fonts count="2"><font/><font><b/></font></fonts><fills count="4"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>${fillOf(grounds.input)}${fillOf(grounds.head)}</fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="${this.#xfs.length}">${this.#xfs.join('')}</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`;
  }
}
