import { InputError } from '../../../components/lib/errors.js';
import {
  frequencyOf,
  type Grid,
  inferGrid,
  stepOf,
  stepsIn,
  type TimeKind,
  timeAt,
} from '../../../components/lib/forecast/grid.js';
import { type Column, cell, isNumber } from '../../artifacts/column.js';
import { groupRows } from '../../artifacts/groups.js';
import { type Field, withRole } from '../../artifacts/schema.js';
import type { Table } from '../../artifacts/table.js';
import { readTimes, type TimeForm, timeText } from '../../artifacts/times.js';
import { numbersOf } from '../../artifacts/values.js';
import type { ForecastSettings } from '../../component/forecaster.js';
import type { Context, SeriesData } from '../../component.js';

/** One series: equally spaced, without gaps, its first and last value known. */
export interface PanelSeries extends SeriesData {
  /** `steel`, or what the columns of several keys say; empty where the table is one series. */
  readonly label: string;
  /** A row of the table that belongs to it. */
  readonly row: number;
  /** Time of the first value. */
  readonly start: number;
}

/** All series of a table, on one grid of times. */
export interface Panel {
  readonly by: readonly Field[];
  readonly time: Field;
  readonly target: Field;
  readonly kind: TimeKind;
  readonly form: TimeForm;
  readonly grid: Grid;
  readonly frequency: string;
  readonly period: number;
  readonly horizon: number;
  readonly series: readonly PanelSeries[];
  /** Columns that tell the series apart. */
  readonly keys: readonly Column[];
  readonly filled: number;
}

/** What reading tells the person of; `fail` never returns. */
type Door = Pick<Context, 'fail' | 'warn'>;

/** Cuts a long table into its series. Every row that cannot be used is a problem that names it. */
export async function readPanel(door: Door, table: Table, settings: ForecastSettings): Promise<Panel> {
  const target = oneColumn(door, table, 'target', settings.target);
  if (!isNumber(target.type))
    door.fail('data/column', `"${target.name}" holds ${target.type}, and numbers are due`, {
      path: ['with', 'target'],
    });
  const time = oneColumn(door, table, 'order', settings.time);
  const named = settings.by === undefined ? undefined : [settings.by].flat();
  const by = named ? named.map((name) => find(door, table, name, 'by')) : withRole(table.schema, 'group');
  const timeColumn = await table.column(time.name);
  const times = readTimes(timeColumn);
  if (!times)
    return door.fail('data/column', `"${time.name}" does not hold times that can be put in order`, {
      path: ['with', 'time'],
      hint: 'dates, timestamps, numbers, months as 2024-01 or quarters as 2024-Q1',
    });
  const unknown = times.values.findIndex(Number.isNaN);
  if (unknown >= 0)
    door.fail('data/values', `row ${unknown + 1} has no "${time.name}"`, { path: ['with', 'time'] });
  const keys = await Promise.all(by.map((field) => table.column(field.name)));
  const values = numbersOf(await table.column(target.name));
  const others: Float64Array[] = [];
  for (const name of settings.exogenous ?? []) {
    find(door, table, name, 'exogenous');
    others.push(numbersOf(await table.column(name)));
  }
  const groups = rowsByGroup(keys, times.values);
  if (table.rows === 0) door.fail('data/rows', 'the table has no rows', { path: ['in'] });
  const grid = gridOf(door, times.kind, times.values, groups);
  const { name: frequency, season } = frequencyOf(grid, times.kind);
  const horizon = horizonOf(door, settings, grid, times.kind, frequency);
  const period = settings.season ?? season;
  let filled = 0;
  const series: PanelSeries[] = [];
  for (const rows of groups) {
    const label = keys.map((column) => String(cell(column, rows[0]!))).join(', ');
    const reader = {
      door,
      label,
      form: times.form,
      grid,
      rows,
      times: times.values,
      settings,
      names: { time: time.name, target: target.name },
    };
    const read = readSeries(reader, values, others);
    filled += read.filled;
    series.push({
      label,
      row: rows[0]!,
      period,
      start: read.start,
      values: read.values,
      exogenous: read.exogenous,
    });
  }
  return {
    by,
    time,
    target,
    kind: times.kind,
    form: times.form,
    grid,
    frequency,
    period,
    horizon,
    series,
    keys,
    filled,
  };
}

/** The column that the settings name, else the only one of that role. */
function oneColumn(door: Door, table: Table, role: 'target' | 'order', name: string | undefined): Field {
  const key = role === 'order' ? 'time' : role;
  if (name !== undefined) return find(door, table, name, key);
  const found = withRole(table.schema, role);
  if (found.length === 1) return found[0]!;
  const message =
    found.length === 0 ? `no column has the role ${role}` : `${found.length} columns have the role ${role}`;
  return door.fail('data/column', message, { path: ['with'], hint: `name it: with: { ${key}: … }` });
}

function find(door: Door, table: Table, name: string, key: string): Field {
  const field = table.schema.fields.find((f) => f.name === name);
  if (field) return field;
  return door.fail('data/column', `there is no column "${name}"`, {
    path: ['with', key],
    hint: `there are: ${table.schema.fields.map((f) => f.name).join(', ')}`,
  });
}

/** Rows of each series in order of time, the series in order of appearance. */
function rowsByGroup(keys: readonly Column[], times: Float64Array): number[][] {
  const codes = keys.length > 0 ? groupRows(keys).codes : new Int32Array(times.length);
  const groups: number[][] = [];
  for (let row = 0; row < times.length; row++) {
    const code = codes[row]!;
    groups[code] ??= [];
    groups[code].push(row);
  }
  for (const rows of groups) rows.sort((a, b) => times[a]! - times[b]! || a - b);
  return groups;
}

function gridOf(door: Door, kind: TimeKind, times: Float64Array, groups: readonly number[][]): Grid {
  const distances = groups.flatMap((rows) =>
    rows.slice(1).flatMap((row, i) => {
      const distance = times[row]! - times[rows[i]!]!;
      return distance > 0 ? [distance] : [];
    }),
  );
  try {
    return inferGrid(kind, distances, times);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return door.fail('data/rows', error.message, { path: ['in'] });
  }
}

function horizonOf(
  door: Door,
  { horizon }: ForecastSettings,
  grid: Grid,
  kind: TimeKind,
  frequency: string,
): number {
  if (typeof horizon === 'number') return horizon;
  const steps = stepsIn(grid, kind, horizon);
  if (steps !== undefined) return steps;
  const asked = `${horizon.count} ${horizon.unit}${horizon.count === 1 ? '' : 's'}`;
  return door.fail(
    'data/values',
    `${asked} is no whole number of steps: the times follow one another ${frequency}`,
    {
      path: ['with', 'horizon'],
      hint: 'give a number of steps: horizon: 12',
    },
  );
}

interface Reader {
  readonly door: Door;
  readonly label: string;
  readonly form: TimeForm;
  readonly grid: Grid;
  readonly rows: readonly number[];
  readonly times: Float64Array;
  readonly settings: ForecastSettings;
  readonly names: { readonly time: string; readonly target: string };
}

/** Values on the grid; missing ones before the first and after the last known value are left out. */
function readSeries(reader: Reader, values: Float64Array, others: readonly Float64Array[]) {
  const { door, grid, rows, times } = reader;
  const known = rows.filter((row) => Number.isFinite(values[row]!));
  if (known.length === 0)
    door.fail('data/rows', `${who(reader)} has no "${reader.names.target}" at all`, { path: ['in'] });
  const start = times[known[0]!]!;
  const steps = checkedSteps(reader, start);
  const length = stepOf(grid, start, times[known.at(-1)!]!) + 1;
  const place = (from: Float64Array) => {
    const out = new Float64Array(length).fill(Number.NaN);
    for (const [i, row] of rows.entries()) {
      const step = steps[i]!;
      if (step >= 0 && step < length) out[step] = from[row]!;
    }
    return out;
  };
  const columns = [values, ...others].map(place);
  const holes = holesIn(columns);
  if (holes.length > 0) {
    if (reader.settings.gaps === 'stop') {
      const at = holes.slice(0, 5).map(([from, to]) => {
        const text = (step: number) => timeText(reader.form, timeAt(grid, start, step));
        return from === to ? text(from) : `${text(from)} to ${text(to)}`;
      });
      const more = holes.length > 5 ? ` and ${holes.length - 5} more` : '';
      const count = holes.length === 1 ? 'a gap' : `${holes.length} gaps`;
      door.fail('data/values', `${who(reader)} has ${count}: ${at.join(', ')}${more}`, {
        path: ['with', 'gaps'],
        hint: 'gaps: fill draws straight lines across them',
      });
    }
    for (const column of columns) fill(column);
  }
  const [own, ...exogenous] = columns;
  const filled = holes.reduce((sum, [from, to]) => sum + to - from + 1, 0);
  return { start, values: own!, exogenous, filled };
}

const who = ({ label }: Reader): string => (label === '' ? 'the series' : `series "${label}"`);

/** The step of each row. Two rows at one time, or a time off the grid, are problems. */
function checkedSteps(reader: Reader, start: number): Float64Array {
  const { door, grid, rows, times, form, names } = reader;
  const steps = Float64Array.from(rows, (row) => stepOf(grid, start, times[row]!));
  const off = rows.filter((_, i) => !Number.isInteger(steps[i]));
  const told = (list: readonly number[]) =>
    `${list
      .slice(0, 5)
      .map((row) => `row ${row + 1} (${timeText(form, times[row]!)})`)
      .join(', ')}${list.length > 5 ? ` and ${list.length - 5} more` : ''}`;
  if (off.length > 0)
    door.fail('data/values', `${who(reader)} is not equally spaced: ${told(off)}`, {
      path: ['with', 'time'],
      hint: `the first known time is ${timeText(form, start)}, and times follow one another ${frequencyOf(grid, kindOf(form)).name}`,
    });
  const twice = rows.filter((row, i) => i > 0 && times[row] === times[rows[i - 1]!]);
  if (twice.length > 0)
    door.fail('data/values', `${who(reader)} has two rows at one "${names.time}": ${told(twice)}`, {
      path: ['with', 'time'],
      hint: 'name the columns that tell series apart: with: { by: … }',
    });
  return steps;
}

const kindOf = (form: TimeForm): TimeKind =>
  form === 'date' || form === 'timestamp' ? form : form.startsWith('2024') ? 'month' : 'number';

/** Runs of steps at which some column has no value. */
function holesIn(columns: readonly Float64Array[]): [from: number, to: number][] {
  const holes: [number, number][] = [];
  for (let step = 0; step < columns[0]!.length; step++) {
    if (!columns.some((column) => !Number.isFinite(column[step]!))) continue;
    const last = holes.at(-1);
    if (last && last[1] === step - 1) last[1] = step;
    else holes.push([step, step]);
  }
  return holes;
}

/** Straight lines across gaps; before the first and after the last value that one. Zero where there is none. */
function fill(column: Float64Array): void {
  let before = -1;
  for (let step = 0; step <= column.length; step++) {
    if (step < column.length && !Number.isFinite(column[step]!)) continue;
    for (let i = before + 1; i < step; i++) {
      const [a, b] = [column[before] ?? column[step] ?? 0, column[step] ?? column[before] ?? 0];
      column[i] = a + ((b - a) * (i - before)) / (step - before);
    }
    before = step;
  }
}
