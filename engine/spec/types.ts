import type { CelType } from '../../components/lib/cel.js';
import type { Json } from '../canonical.js';
import { alternatives, type Field } from './field.js';

/** Types of the expression language beside those of fields. */

const words: { readonly [type: string]: string } = {
  number: 'a number',
  text: 'text',
  bool: 'true or false',
  list: 'a list',
  map: 'a map',
  null: 'nothing',
  any: 'a value',
};
export const spoken = (type: CelType): string => words[type]!;

export const typeOf = (value: Json): CelType => {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'list';
  return ({ number: 'number', string: 'text', boolean: 'bool' } as const)[typeof value as 'number'] ?? 'map';
};

/** May a field take a value of this type? */
export function accepts(field: Field, type: CelType): boolean {
  if (type === 'any') return true;
  return alternatives(field).some((option) => {
    if (option.enum) return option.enum.some((value) => typeOf(value) === type);
    if (option.quantity) return type === 'text';
    switch (option.type) {
      case undefined:
        return true;
      case 'string':
        return type === 'text';
      case 'number':
      case 'integer':
        return type === 'number';
      case 'boolean':
        return type === 'bool';
      case 'array':
        return type === 'list';
      case 'object':
        return type === 'map';
      case 'null':
        return type === 'null';
    }
    return false;
  });
}
