import type { Document, LineCounter } from 'yaml';
import type { ContractFault, Range, Severity } from './contract.js';
import { isMap, type MapOf, shown } from './values.js';

export type Path = readonly (string | number)[];

const severities: readonly unknown[] = ['high', 'medium', 'low'];

/** A parsed contract, and all that is wrong with it so far, each with its line. */
export class Reading {
  readonly faults: ContractFault[] = [];

  constructor(
    private readonly document: Document,
    private readonly lines: LineCounter,
  ) {
    for (const error of document.errors)
      this.faults.push({ line: error.linePos?.[0].line ?? 1, message: error.message.split('\n')[0]! });
  }

  whole(): unknown {
    return this.document.toJS({ maxAliasCount: 100 });
  }

  /** `{ min: …, max: … }`, one of them at least; `number` reads a limit. Undefined, and a fault, for anything else. */
  range(
    value: unknown,
    path: Path,
    inherited: Severity,
    number: (value: unknown) => number | undefined = numberOf,
  ): { readonly range: Range; readonly severity: Severity } | undefined {
    const limit = (key: 'min' | 'max') =>
      isMap(value) && value[key] !== undefined ? [number(value[key])] : [];
    const [min, max] = [limit('min'), limit('max')];
    const given = [...min, ...max];
    if (!isMap(value) || given.length === 0 || given.includes(undefined)) {
      this.fault(path, `${path.at(-1)} is { min: …, max: … }, not ${shown(value)}`);
      return undefined;
    }
    this.known(value, ['min', 'max', 'severity'], path);
    const severity = this.severity(value['severity'], [...path, 'severity'], inherited);
    const range = { ...(min.length && { min: min[0]! }), ...(max.length && { max: max[0]! }) };
    if (range.min !== undefined && range.max !== undefined && range.min > range.max)
      this.fault(path, `${path.at(-1)} has a min above its max`);
    return { range, severity };
  }

  severity(value: unknown, path: Path, inherited: Severity): Severity {
    if (value === undefined) return inherited;
    if (severities.includes(value)) return value as Severity;
    this.fault(path, `severity is high, medium or low, not ${shown(value)}`);
    return inherited;
  }

  known(map: MapOf, keys: readonly string[], path: Path): void {
    for (const key of Object.keys(map))
      if (!keys.includes(key) && !key.startsWith('x-'))
        this.fault([...path, key], `unknown key "${key}"; known here: ${keys.join(', ')}`);
  }

  fault(path: Path, message: string): void {
    let line = 1;
    for (let depth = path.length; depth > 0; depth--) {
      const node = this.document.getIn(path.slice(0, depth), true) as
        | { range?: [number, number, number] }
        | undefined;
      if (!node?.range) continue;
      line = this.lines.linePos(node.range[0]).line;
      break;
    }
    this.faults.push({ line, message });
  }
}

const numberOf = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);
