import { parseAmount } from '../units/parse.js';
import { formatUnit, isPlain, mixing, plain } from '../units/unit.js';
import type { Change, Input } from './inputs.js';

interface ChangeFault {
  readonly code: 'spec/unit' | 'spec/value';
  readonly message: string;
  readonly hint?: string;
}

/**
 * What a scenario says of one rate, index or exchange rate: with a sign a percentage of what it is (`+10%`), without
 * one what it is instead (`1.05 EUR/kg`, `1.20`, `15%`). Undefined where nothing that the model reads has that name.
 */
export function readChange(
  name: string,
  value: number | string,
  inputs: readonly Input[],
): { readonly key: string; readonly change: Change } | ChangeFault | undefined {
  const found = inputs.find((input) => input.name === name);
  if (!found) return undefined;
  const kinds = [...new Set(inputs.filter((input) => input.name === name).map(({ kind }) => kind))];
  if (kinds.length > 1)
    return {
      code: 'spec/value',
      message: `"${name}" is a rate and an index or exchange rate, and it is not told which is to change`,
      hint: 'give the rate another name',
    };
  const key = `${found.kind} ${name}`;
  const text = String(value).trim();
  const amount = parseAmount(text);
  if ('message' in amount) return { code: 'spec/unit', ...amount };
  if (/^[-+]/.test(text))
    return text.endsWith('%')
      ? { key, change: { times: 1 + amount.value } }
      : {
          code: 'spec/value',
          message: 'a change with a sign is a percentage',
          hint: 'write +10%, or the new value without a sign',
        };
  const unit = found.kind === 'rate' ? { powers: found.unit.powers } : plain;
  if (mixing(unit, { powers: amount.unit.powers }) === undefined)
    return { key, change: { value: amount.value } };
  return {
    code: 'spec/unit',
    message: `"${name}" is ${isPlain(unit) ? 'a plain number' : formatUnit(unit)}, and this is ${text}`,
    hint: 'write +10% for a change, or the new value with its unit',
  };
}
