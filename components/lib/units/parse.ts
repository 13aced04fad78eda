import { isCurrency } from './currencies.js';
import { spellings, symbols } from './symbols.js';
import { plain, type Unit } from './unit.js';

export interface UnitFault {
  readonly message: string;
  readonly hint: string;
}

const known = 'kg, g, t, lb, oz, m, mm, in, l, h, min, s, kWh, MJ, kW, each, hundred, thousand, %, EUR, USD';
const superscripts: { readonly [c: string]: string } = { '²': '2', '³': '3' };

/** `EUR/kg`, `kWh`, `m2`, `1/h`; money may say of when it is: `EUR/kg at 2023-01`, `EUR at 2019`. */
export function parseUnit(text: string): Unit | UnitFault {
  const dated = /^(.*?)\s+at\s+(\S+)$/.exec(text.trim());
  const [written, base] = dated ? [dated[1]!, dated[2]!] : [text.trim(), undefined];
  if (base !== undefined && !/^\d{4}(-(0[1-9]|1[0-2]))?$/.test(base))
    return { message: `"${base}" is no month and no year`, hint: 'write it as 2024-06 or 2024' };
  const powers: { [symbol: string]: number } = {};
  let sign = 1;
  for (const part of written.split(/([*/·])/)) {
    const term = part.trim();
    if (term === '/' || term === '*' || term === '·') {
      sign = term === '/' ? -1 : 1;
      continue;
    }
    if (term === '1') continue;
    const found = symbolsOf(term);
    if ('message' in found) return found;
    for (const [symbol, power] of Object.entries(found.powers)) {
      const sum = (powers[symbol] ?? 0) + sign * power;
      if (sum === 0) delete powers[symbol];
      else powers[symbol] = sum;
    }
  }
  if (base !== undefined && !Object.keys(powers).some(isCurrency))
    return { message: `"${written}" is no money, so it is of no date`, hint: `write ${written}` };
  return base === undefined ? { powers } : { powers, base };
}

function symbolsOf(term: string): Unit | UnitFault {
  if (term === '$') return { message: '$ is the sign of many currencies', hint: 'write USD, CAD, AUD, …' };
  const match = /^(.*?)\^?([23²³])?$/.exec(term)!;
  const power = match[2] ? Number(superscripts[match[2]] ?? match[2]) : 1;
  const word = match[1]!;
  if (Object.hasOwn(symbols, word) || isCurrency(word)) return { powers: { [word]: power } };
  const spelling = Object.hasOwn(spellings, word) ? spellings[word]! : undefined;
  if (spelling)
    return { powers: Object.fromEntries(Object.entries(spelling).map(([s, n]) => [s, n * power])) };
  const upper = word.toUpperCase();
  if (isCurrency(upper)) return { message: `"${word}" is not a unit known here`, hint: `write ${upper}` };
  return { message: `"${word}" is not a unit known here`, hint: `known: ${known}, …` };
}

export interface Amount {
  readonly value: number;
  readonly unit: Unit;
}

/** `0.92 EUR/kg at 2023-01`, `41.50 EUR/h`, `12%`, `1.5`. A percentage is a plain number: `12%` is 0.12. */
export function parseAmount(text: string): Amount | UnitFault {
  const match = /^\s*([-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?)\s*(.*?)\s*$/.exec(text);
  if (!match || /^[,.]?\d/.test(match[2]!)) {
    const comma = /^\s*[-+]?\d+,\d+(?!\d*[,.])/.test(text) && text.replace(',', '.').trim();
    return {
      message: `"${text}" is no number with a unit`,
      hint: comma ? `write ${comma}` : 'write it as 0.92 EUR/kg or 12%',
    };
  }
  const value = Number(match[1]);
  if (match[2] === '') return { value, unit: plain };
  if (match[2] === '%') return { value: value / 100, unit: plain };
  const unit = parseUnit(match[2]!);
  return 'message' in unit ? unit : { value, unit };
}
