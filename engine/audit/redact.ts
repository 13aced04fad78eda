export type Redact = (text: string) => string;

const STARS = '***';
/** Pieces shorter than this stand everywhere in ordinary text. */
const SHORTEST_PIECE = 4;
const SHORTEST_LINE = 8;

/**
 * A function that replaces every secret in a text by `***`: as it is, JSON-escaped, URL- and form-encoded, in hex,
 * and in base64 (plain or URL alphabet, also as a part of a longer encoded text), each also with line breaks in
 * between. Lines of a secret with several count each. The time is linear in the text.
 */
export function redactor(secrets: Iterable<string>): Redact {
  const find = finder(formsOf(secrets));
  return (text) => star(text, find(text));
}

/** The same value with every text in it, names too, without secrets. */
export function redacted<T>(value: T, redact: Redact): T {
  if (typeof value === 'string') return redact(value) as T;
  if (Array.isArray(value)) return value.map((item: unknown) => redacted(item, redact)) as T;
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).map(([name, item]) => [redact(name), redacted(item, redact)]);
  return Object.fromEntries(entries) as T;
}

interface Span {
  readonly from: number;
  to: number;
}

/** Finds where forms stand; those that overlap make one span. */
function finder(forms: readonly string[]): (text: string) => Span[] {
  if (forms.length === 0) return () => [];
  // looks ahead from every place, so that overlapping forms are seen; the longest form at a place goes first
  const pattern = new RegExp(`(?=(${forms.map(patternOf).join('|')}))`, 'g');
  return (text) => {
    const spans: Span[] = [];
    for (const match of text.matchAll(pattern)) {
      const last = spans.at(-1);
      const to = match.index + match[1]!.length;
      if (last && match.index < last.to) last.to = Math.max(last.to, to);
      else spans.push({ from: match.index, to });
    }
    return spans;
  };
}

function star(text: string, spans: readonly Span[]): string {
  let out = '';
  let at = 0;
  for (const { from, to } of spans) {
    out += text.slice(at, from) + STARS;
    at = to;
  }
  return out + text.slice(at);
}

export interface StreamRedactor {
  /** Takes a chunk and hands back what is safe to show; holds back an end that may be the beginning of a secret. */
  push(chunk: string): string;
  /** The rest. */
  end(): string;
}

/** As `redactor`, for text that comes in chunks: finds a secret that is split over any number of them. */
export function streamRedactor(secrets: Iterable<string>): StreamRedactor {
  const forms = formsOf(secrets);
  const find = finder(forms);
  const longest = forms[0]?.length ?? 0;
  let held = '';
  return {
    push(chunk) {
      const text = held + chunk;
      const open = openFrom(text, forms, longest);
      const spans = find(text);
      const cut = spans.find(({ from, to }) => from < open && open < to)?.from ?? open;
      held = text.slice(cut);
      return star(
        text.slice(0, cut),
        spans.filter(({ to }) => to <= cut),
      );
    },
    end() {
      const rest = star(held, find(held));
      held = '';
      return rest;
    },
  };
}

/** Where the text's end may be the beginning of a form; line breaks between do not count. */
function openFrom(text: string, forms: readonly string[], longest: number): number {
  let open = text.length;
  let tail = '';
  for (let at = text.length - 1; at >= 0 && tail.length < longest; at--) {
    const c = text[at]!;
    if (c === '\n' || c === '\r') continue;
    tail = c + tail;
    if (forms.some((form) => form.length >= tail.length && form.startsWith(tail))) open = at;
  }
  return open;
}

const escaped = (c: string): string => c.replace(/[\\^$.*+?()[\]{}|/-]/, '\\$&');
const patternOf = (form: string): string =>
  Array.from(form.replace(/[\r\n]/g, ''), escaped).join('(?:\\r?\\n)?');

/** All ways in which the secrets may be written, the longest first, without line breaks. */
function formsOf(secrets: Iterable<string>): string[] {
  const forms = new Set<string>();
  for (const secret of secrets) {
    const lines = secret.split(/\r\n|\r|\n/).filter((line) => line.length >= SHORTEST_LINE);
    for (const text of [secret, ...(lines.length > 1 ? lines : [])])
      for (const form of encodings(text)) forms.add(form);
  }
  forms.delete('');
  return [...forms].sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
}

function* encodings(secret: string): Iterable<string> {
  yield secret.replace(/[\r\n]/g, '');
  yield* jsonForms(secret);
  yield* urlForms(secret);
  const bytes = Buffer.from(secret);
  if (bytes.length < SHORTEST_PIECE) return;
  yield bytes.toString('hex');
  yield bytes.toString('hex').toUpperCase();
  for (const form of base64Forms(bytes)) {
    yield form;
    yield form.replaceAll('+', '-').replaceAll('/', '_');
  }
}

/** As JSON.stringify writes it, with `\/`, and with all but ASCII as `\u`, as Python does; and that once more escaped. */
function* jsonForms(secret: string): Iterable<string> {
  const json = JSON.stringify(secret).slice(1, -1);
  const ascii = json.replace(
    /[\u0080-\uffff]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  for (const form of [
    json,
    ascii,
    ascii.replace(/\\u[0-9a-f]{4}/g, (c) => `\\u${c.slice(2).toUpperCase()}`),
  ]) {
    yield form;
    yield form.replaceAll('/', '\\/');
    yield JSON.stringify(form).slice(1, -1);
  }
}

/** Percent-encoding: what encodeURIComponent leaves may be encoded too; a space may be `+`; hex in either case. */
function* urlForms(secret: string): Iterable<string> {
  const percent = (c: string) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`;
  const component = encodeURIComponent(secret.toWellFormed());
  const strict = component.replace(/[!'()*]/g, percent);
  const form = component.replace(/[!'()~]/g, percent);
  for (const text of [
    component,
    strict,
    strict.replaceAll('~', '%7E'),
    form,
    encodeURI(secret.toWellFormed()),
  ])
    for (const spaced of [text, text.replaceAll('%20', '+')]) {
      yield spaced;
      yield spaced.replace(/%[0-9A-F]{2}/g, (c) => c.toLowerCase());
    }
}

/** The letters of base64 that depend on the secret alone, for each of the three places where it may begin. */
function* base64Forms(bytes: Buffer): Iterable<string> {
  yield bytes.toString('base64');
  for (let before = 0; before < 3; before++) {
    const text = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    const from = Math.ceil((before * 8) / 6);
    const to = Math.floor(((before + bytes.length) * 8) / 6);
    if (to - from >= SHORTEST_PIECE) yield text.slice(from, to);
  }
}
