import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { redactor, streamRedactor } from '#dist/engine/audit/redact.js';

const secret = 'S3cr€t/"pä ss\\w+rd~!*';
const base64 = (text: string) => Buffer.from(text).toString('base64');
// Python 3.12: json.dumps(secret)[1:-1]; urllib.parse.quote(secret, safe=''); urllib.parse.quote_plus(secret)
const python = [
  'S3cr\\u20act/\\"p\\u00e4 ss\\\\w+rd~!*',
  'S3cr%E2%82%ACt%2F%22p%C3%A4%20ss%5Cw%2Brd~%21%2A',
  'S3cr%E2%82%ACt%2F%22p%C3%A4+ss%5Cw%2Brd~%21%2A',
];
const forms: [name: string, text: string][] = [
  ['plain', secret],
  ['JSON', JSON.stringify(secret).slice(1, -1)],
  ['JSON in JSON', JSON.stringify(JSON.stringify({ secret })).slice(1, -1).split(':')[1]!.slice(2, -3)],
  ['Python JSON', python[0]!],
  ['URL', encodeURIComponent(secret)],
  ['URL, lower case', encodeURIComponent(secret).replace(/%../g, (c) => c.toLowerCase())],
  ['Python quote', python[1]!],
  ['form', python[2]!],
  ['form by URLSearchParams', new URLSearchParams({ s: secret }).toString().slice(2)],
  ['base64', base64(secret)],
  ['base64url', Buffer.from(secret).toString('base64url')],
  ['hex', Buffer.from(secret).toString('hex')],
];

describe('redactor', () => {
  for (const [name, form] of forms)
    test(`${name} is replaced, and what is around it stays`, () => {
      expect(redactor([secret])(`before ${form} after ${form}`)).toBe('before *** after ***');
    });

  test('a part of a longer base64 text is replaced, wherever it begins', () => {
    for (const user of ['a', 'ab', 'abc', 'abcd']) {
      const text = redactor(['hunter2hunter2'])(base64(`${user}:hunter2hunter2:more`));
      expect(text).toContain('***');
      for (let from = 0; from < 3; from++)
        expect(Buffer.from(text.slice(text.indexOf('***') + 3 + from), 'base64').toString()).not.toContain(
          'nter',
        );
    }
  });

  test('lines that break a long encoded secret, and each line of a key, are replaced', () => {
    const key = `-----BEGIN-----\n${'q'.repeat(30)}\n${'w'.repeat(30)}\n-----END-----`;
    const wrapped = base64(key).replace(/.{20}/g, '$&\n');
    expect(redactor([key])(`<${wrapped}>`)).toBe('<***>');
    expect(redactor([key])(`line: ${'w'.repeat(30)}!`)).toBe('line: ***!');
    expect(redactor([key])(key)).toBe('***');
  });

  test('one secret inside another leaves nothing of the longer; empty ones do nothing', () => {
    expect(redactor(['token', 'token-long'])('a token-long, a token')).toBe('a ***, a ***');
    expect(redactor([''])('text')).toBe('text');
    expect(redactor([])('text')).toBe('text');
    expect(redactor(['.*'])('text .* text')).toBe('text *** text');
  });
});

describe('stream redactor', () => {
  test('a secret in any form, cut anywhere, never comes out; all else does', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...forms.map(([, form]) => form)),
        fc.array(fc.nat(80), { maxLength: 6 }),
        fc.string({ maxLength: 12 }),
        (form, cuts, around) => {
          const text = `${around}|${form}|${around}`;
          const redact = streamRedactor([secret]);
          const places = [
            0,
            ...cuts.map((cut) => Math.min(cut, text.length)).sort((a, b) => a - b),
            text.length,
          ];
          let out = '';
          for (let i = 1; i < places.length; i++) out += redact.push(text.slice(places[i - 1], places[i]));
          out += redact.end();
          expect(out).toBe(`${around}|***|${around}`);
        },
      ),
    );
  });

  test('a secret split over two lines is found; ordinary lines are not held back', () => {
    const redact = streamRedactor(['correct horse']);
    expect(redact.push('loading\n')).toBe('loading\n');
    expect(redact.push('now corr')).toBe('now ');
    expect(redact.push('ect ho\n')).toBe('');
    expect(redact.push('rse and on\n')).toBe('*** and on\n');
    expect(redact.push('a corr')).toBe('a ');
    expect(redact.end()).toBe('corr');
  });

  test('a secret that is complete but may go on is not let out in pieces', () => {
    for (const at of [1, 2, 4, 5, 6, 7, 8, 9, 10]) {
      const redact = streamRedactor(['abcdef', 'defghi']);
      const text = 'x abcdefghi y';
      expect(redact.push(text.slice(0, at)) + redact.push(text.slice(at)) + redact.end()).toBe('x *** y');
    }
  });
});
