import type { Json } from '../canonical.js';
import { type Problem, problem } from '../problem.js';
import { found, isNull, type Scalar } from './node.js';

/** How one word of YAML becomes a number, a truth value or text, where YAML's own rules surprise people. */

export type Read = { readonly value: Json } | { readonly problem: Problem };

const NUMBER = /^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?$/;
const NOT_BOOL = /^(?:yes|no|on|off|y|n)$/i;

const ambiguous = (node: Scalar, message: string, hint: string): Read => ({
  problem: problem('yaml/ambiguous', message, { at: node.at, hint }),
});

/** A number, or a problem; `name` begins the sentence: `"trees"`. */
export function readNumber(node: Scalar, name: string, takes: string): Read {
  if (node.style === 'json' && typeof node.json === 'number') return { value: node.json };
  const text = node.text.trim();
  const wrong = (hint?: string): Read => ({
    problem: problem('spec/type', `${name} takes ${takes}, not ${found(node)}`, {
      at: node.at,
      ...(hint && { hint }),
    }),
  });
  if (node.style !== 'plain')
    return wrong(NUMBER.test(text) && node.style !== 'json' ? `write ${text} without quotes` : undefined);
  if (/^[-+]?0\d+$/.test(text)) {
    const plain = String(Number(text));
    return ambiguous(
      node,
      `${text} is ${plain} to some readers and ${parseInt(text, 8)} to others`,
      `write ${plain}`,
    );
  }
  if (NUMBER.test(text)) {
    const value = Number(text);
    return Number.isFinite(value) ? { value } : wrong('it is larger than a number can be');
  }
  if (/^0x[0-9a-fA-F]+$|^0o[0-7]+$/.test(text)) return { value: Number(text) };
  if (/^[-+]?\.(?:inf|nan)$/i.test(text)) return wrong('infinity and NaN are no settings');
  if (/^[-+]?\d+,\d{1,2}$|^[-+]?\d+,\d{4,}$/.test(text))
    return wrong(`write ${text.replace(',', '.')} with a point`);
  if (/^[-+]?\d{1,3}(?:[,_' ]\d{3})+$/.test(text)) return wrong(`write ${text.replace(/[,_' ]/g, '')}`);
  if (/^[-+]?[\d.]+\s*%$/.test(text))
    return wrong(`write ${Number((Number.parseFloat(text) / 100).toPrecision(12))}`);
  return wrong();
}

export function readBool(node: Scalar, name: string): Read {
  if (node.style === 'json' && typeof node.json === 'boolean') return { value: node.json };
  if (node.style === 'plain' && /^true$/i.test(node.text)) return { value: true };
  if (node.style === 'plain' && /^false$/i.test(node.text)) return { value: false };
  if (node.style === 'plain' && NOT_BOOL.test(node.text)) {
    const meant = /^(?:yes|on|y)$/i.test(node.text);
    return ambiguous(node, `${node.text} is text in YAML 1.2, and ${meant} in YAML 1.1`, `write ${meant}`);
  }
  const hint =
    node.style !== 'json' && /^(?:true|false)$/i.test(node.text)
      ? `write ${node.text} without quotes`
      : undefined;
  return {
    problem: problem('spec/type', `${name} takes true or false, not ${found(node)}`, {
      at: node.at,
      ...(hint && { hint }),
    }),
  };
}

/** Where no field says the type: as YAML 1.2 reads it, unless that is another thing than it looks. */
export function readFree(node: Scalar): Read {
  if (node.style === 'json') return { value: node.json ?? null };
  if (node.style !== 'plain') return { value: node.text };
  const { text } = node;
  if (isNull(node)) return { value: null };
  if (/^true$/i.test(text)) return { value: true };
  if (/^false$/i.test(text)) return { value: false };
  if (/^(?:yes|no|on|off)$/i.test(text)) {
    const meant = /^(?:yes|on)$/i.test(text);
    return ambiguous(
      node,
      `${text} is text in YAML 1.2, and ${meant} in YAML 1.1`,
      `write ${meant}, or "${text}" for the word`,
    );
  }
  if (/^[-+]?0\d+$/.test(text) || /^[-+]?\d+\.\d*[1-9]0+$/.test(text)) {
    const plain = String(Number(text));
    return ambiguous(
      node,
      `${text} is the number ${plain} to YAML`,
      `write ${plain}, or "${text}" to keep it as written`,
    );
  }
  if (/^[-+]?\.(?:inf|nan)$/i.test(text))
    return ambiguous(node, `${text} is no number here`, `write "${text}" for the word`);
  if (NUMBER.test(text) && Number.isFinite(Number(text))) return { value: Number(text) };
  return { value: text };
}
