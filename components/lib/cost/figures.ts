import { percent } from '../plot/text.js';
import { tornadoFigure } from '../plot/tornado.js';
import { workbookOf } from '../xlsx/workbook.js';
import { type ItemColumn, negotiationSheets } from './sheet.js';
import type { Findings } from './study.js';
import { totalOf } from './tables.js';

/** The tornado chart as SVG. */
export function tornadoOf(found: Findings, swing: number): string {
  const { effects, costing, base } = found;
  const { currency, baseDate } = costing.model;
  return tornadoFigure(
    'What the should-cost hangs on',
    `total at ${baseDate} (${currency})`,
    totalOf(base, found),
    effects.map(({ driver, low, high }) => ({ label: driver.name, low, high })),
    { low: `−${percent(swing)}`, high: `+${percent(swing)}` },
  );
}

/** The negotiation sheet as a workbook. */
export const sheetOf = (found: Findings, items: readonly ItemColumn[]): Promise<Uint8Array> =>
  workbookOf(negotiationSheets(found, items));
