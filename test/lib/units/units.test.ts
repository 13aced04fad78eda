import { describe, expect, test } from 'vitest';
import { fieldUnit } from '#dist/components/lib/units/field.js';
import { parseAmount, parseUnit } from '#dist/components/lib/units/parse.js';
import { conversion, formatUnit, mixing, multiplied, type Unit } from '#dist/components/lib/units/unit.js';

const unit = (text: string): Unit => {
  const parsed = parseUnit(text);
  if ('message' in parsed) throw new Error(parsed.message);
  return parsed;
};
const converted = (value: number, from: string, to: string) => {
  const scale = conversion(unit(from), unit(to));
  return scale && (value * scale.times) / scale.over;
};

describe('conversions', () => {
  // Definitions: NIST SP 811 (2008), appendix B; the International Table calorie and Btu.
  test.each([
    [1, 'lb', 'kg', 0.45359237],
    [1, 'kg', 'lb', 2.2046226218487757],
    [1, 'oz', 'g', 28.349523125],
    [1, 't', 'kg', 1000],
    [1, 'in', 'mm', 25.4],
    [1, 'ft2', 'm2', 0.09290304],
    [1, 'l', 'cm3', 1000],
    [1, 'm3', 'l', 1000],
    [1, 'kWh', 'MJ', 3.6],
    [1, 'MMBtu', 'MJ', 1055.05585262],
    [90, 'min', 'h', 1.5],
    [2, 'kW', 'MJ/h', 7.2],
    [3, 'EUR/lb', 'EUR/kg', 3 / 0.45359237],
    [125, 'EUR/hundred', 'EUR/each', 1.25],
    [5, '%', '1', 0.05],
  ])('%d %s is so many %s', (value, from, to, expected) => {
    expect(converted(value, from, to)).toBeCloseTo(expected, 12);
  });

  test.each([
    ['kg', 'h'],
    ['EUR', 'USD'],
    ['EUR/kg', 'USD/kg'],
    ['kWh', 'kW'],
  ])('%s is never %s', (from, to) => expect(converted(1, from, to)).toBeUndefined());
});

describe('products', () => {
  const product = (left: string, right: string, sign: 1 | -1 = 1) => {
    const found = multiplied(unit(left), unit(right), sign);
    return 'of' in found ? `${found.of}: ${found.left}, ${found.right}` : formatUnit(found);
  };
  test.each([
    ['kg', 'EUR/kg', 'EUR'],
    ['kg', 'EUR/kg at 2023-01', 'EUR at 2023-01'],
    ['h', 'kW', 'kWh'],
    ['USD', 'EUR/USD', 'EUR'],
    ['EUR at 2023-01', '1/EUR at 2023-01', '1'],
    ['lb', 'EUR/kg', 'mass: lb, kg'],
    ['min', 'EUR/h', 'time: min, h'],
    ['hundred', 'EUR/each', 'count: hundred, each'],
    ['l', 'EUR/m3', 'length: l, m'],
    ['EUR at 2019', 'EUR at 2024', 'base: 2019, 2024'],
    ['EUR', 'USD', 'money: EUR, USD'],
  ])('%s by %s', (left, right, expected) => expect(product(left, right)).toBe(expected));
});

test('sums are of one unit, one currency and one date', () => {
  const of = (left: string, right: string) => mixing(unit(left), unit(right))?.of;
  expect(of('EUR/kg at 2024-06', 'EUR/kg at 2024-06')).toBeUndefined();
  expect(of('kg', 'lb')).toBe('mass');
  expect(of('kg', 'h')).toBe('dimension');
  expect(of('EUR at 2024-06', 'USD at 2024-06')).toBe('money');
  expect(of('EUR at 2019', 'EUR at 2024')).toBe('base');
  expect(of('EUR', 'EUR at 2024')).toBe('base');
  expect(of('%', '1')).toBe('dimension');
});

test('amounts are read as they are written, and nothing is guessed', () => {
  expect(parseAmount('12%')).toEqual({ value: 0.12, unit: { powers: {} } });
  expect(parseAmount('0.92 EUR/kg at 2023-01')).toEqual({
    value: 0.92,
    unit: { powers: { EUR: 1, kg: -1 }, base: '2023-01' },
  });
  const wrong = (text: string) => {
    const found = parseAmount(text);
    return 'message' in found ? `${found.message}; ${found.hint}` : undefined;
  };
  expect(wrong('0,92 EUR/kg')).toBe('"0,92 EUR/kg" is no number with a unit; write 0.92 EUR/kg');
  expect(wrong('1.234,56 EUR')).toContain('is no number with a unit');
  expect(wrong('3 $')).toBe('$ is the sign of many currencies; write USD, CAD, AUD, …');
  expect(wrong('3 eur')).toBe('"eur" is not a unit known here; write EUR');
  expect(wrong('3 kg at 2023')).toBe('"kg" is no money, so it is of no date; write kg');
  expect(wrong('3 EUR at 2023-13')).toBe('"2023-13" is no month and no year; write it as 2024-06 or 2024');
});

test('a column is of the unit that its parts make together', () => {
  const of = (field: Parameters<typeof fieldUnit>[0]) => {
    const found = fieldUnit(field);
    return 'wrong' in found ? found.wrong : formatUnit(found);
  };
  expect(of({ name: 'a', unit: 'kg', currency: 'EUR', priceBase: '2024-06' })).toBe('EUR/kg at 2024-06');
  expect(of({ name: 'a', unit: 'EUR/kg', currency: 'EUR', priceBase: '2024-06' })).toBe('EUR/kg at 2024-06');
  expect(of({ name: 'a', currency: 'EUR' })).toBe('EUR');
  expect(of({ name: 'a' })).toBe('1');
  expect(of({ name: 'a', unit: 'API' })).toContain('column "a" is in "API"');
});
