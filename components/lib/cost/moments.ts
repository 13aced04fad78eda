import { formatUnit, type Unit } from '../units/unit.js';

/** Words on money whose date is not the one that is due. */
export const stateDate = 'state of when it is where the table is read: units: { price: EUR at 2024-06 }';
export const undated = (unit: Unit): string => `${formatUnit(unit)} is money of no stated date`;

/** How the amount `text` is brought to the base date along one of the indices that are there. */
export function rebaseHint(text: string, indices: readonly string[]): string {
  const [first, ...others] = indices;
  if (first === undefined)
    return `rebase(${text}, 'INDEX'), with an index of the table at in: { indices: … }`;
  return `rebase(${text}, '${first}')${others.length > 0 ? `, or along ${others.slice(0, 8).join(', ')}` : ''}`;
}
