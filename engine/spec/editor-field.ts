import type { Json } from '../canonical.js';
import { alternatives, type Field, isTuple, takes } from './field.js';
import { exampleOf, formatQuantity, quantityPattern } from './quantity.js';

/** JSON Schema (draft-07) for editors. */
export type EditorSchema = { [word: string]: Json };

/** Text that holds an expression: may stand wherever a value stands. */
const EXPRESSION = '\\$\\{\\{';

/**
 * A field as an editor needs it: text with units, expressions everywhere, nothing with a default required. What the
 * engine checks beyond JSON Schema is kept under `x-…`.
 */
export function editorField(field: Field): EditorSchema {
  return { ...shape(field), ...described(field) };
}

function described(field: Field): EditorSchema {
  const { default: fallback, description } = field;
  const shown = fallback === undefined ? undefined : `default: ${shownDefault(fallback, field)}`;
  const text = [description, shown && `(${shown})`].filter(Boolean).join(' ');
  const extra = Object.entries({
    'x-quantity': field.quantity,
    'x-column': field.column && { ...field.column },
    'x-expression': field.expression,
    'x-secret': field.secret,
  }).filter(([, value]) => value !== undefined);
  return { ...(text !== '' && { description: text }), ...(Object.fromEntries(extra) as EditorSchema) };
}

function shownDefault(value: Json, { quantity }: Field): string {
  if (typeof value === 'number' && quantity && quantity !== 'period') return formatQuantity(value, quantity);
  if (quantity === 'period') {
    const { count, unit } = value as { count: number; unit: string };
    return `${count} ${unit}${count === 1 ? '' : 's'}`;
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function shape(field: Field): EditorSchema {
  const options = alternatives(field);
  if (options.length > 1) return { anyOf: options.map((option) => shape(option)) };
  const one = options[0] ?? field;
  if (one.enum) return { anyOf: [{ enum: one.enum }, { type: 'string', pattern: EXPRESSION }] };
  if (one.quantity) {
    const { source } = quantityPattern(one.quantity);
    const message = `${takes(one)}: ${exampleOf(one.quantity)}, say`;
    return { type: 'string', pattern: `${source}|${EXPRESSION}`, patternErrorMessage: message };
  }
  const orExpression = (type: string, words: EditorSchema): EditorSchema => ({
    type: [type, 'string'],
    pattern: EXPRESSION,
    patternErrorMessage: `takes ${takes(one)}, or an expression "\${{ … }}"`,
    ...words,
  });
  switch (one.type) {
    case 'integer':
    case 'number':
      return orExpression(one.type, limits(one));
    case 'boolean':
      return orExpression('boolean', {});
    case 'string':
      // 00123 and 1E5 are text here, and numbers to an editor.
      return { type: ['string', 'number'], ...(one.minLength !== undefined && { minLength: one.minLength }) };
    case 'array':
      return orExpression('array', listWords(one));
    case 'object':
      return orExpression('object', mapWords(one));
    case 'null':
      return { type: 'null' };
    default:
      return {};
  }
}

const limits = (field: Field): EditorSchema => {
  const words = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'] as const;
  return Object.fromEntries(
    words.flatMap((word) => (field[word] === undefined ? [] : [[word, field[word]]])),
  );
};

function listWords(field: Field): EditorSchema {
  const { items, minItems, maxItems } = field;
  return {
    ...(items && { items: isTuple(items) ? items.map(editorField) : editorField(items) }),
    ...(minItems !== undefined && { minItems }),
    ...(maxItems !== undefined && { maxItems }),
  };
}

/** Properties, what is required, and what else may stand. */
export function mapWords(field: Field): EditorSchema {
  const { properties = {}, required = [], additionalProperties, patternProperties = {} } = field;
  const needed = required.filter((key) => properties[key]?.default === undefined);
  const patterns = Object.entries(patternProperties).map(([pattern, of]) => [pattern, editorField(of)]);
  const closed = Object.keys(properties).length > 0 || additionalProperties === false;
  return {
    properties: Object.fromEntries(Object.entries(properties).map(([key, of]) => [key, editorField(of)])),
    patternProperties: { ...Object.fromEntries(patterns), ...(closed && { '^x-': {} }) },
    ...(needed.length > 0 && { required: needed }),
    ...(typeof additionalProperties === 'object' && {
      additionalProperties: editorField(additionalProperties),
    }),
    ...(additionalProperties === false && { additionalProperties: false }),
  };
}
