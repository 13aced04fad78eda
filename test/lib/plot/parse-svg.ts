import { decodePng } from './decode-png.js';

export interface Node {
  readonly name: string;
  readonly attributes: { readonly [name: string]: string };
  readonly children: Node[];
  text: string;
}

const decode = (text: string) =>
  text.replace(
    /&(?:#39|amp|lt|gt|quot);/g,
    (e) => ({ '&#39;': "'", '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"' })[e]!,
  );

/** Reads well-formed XML of elements, attributes and text, and throws on anything else. */
export function parseSvg(svg: string): Node {
  const root: Node = { name: '', attributes: {}, children: [], text: '' };
  const open: Node[] = [root];
  const token = /<\/([\w:-]+)>|<([\w:-]+)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>|([^<]+)/gy;
  let end = 0;
  for (const match of svg.matchAll(token)) {
    end = match.index + match[0].length;
    const [, closed, name, attributes = '', empty, text] = match;
    if (closed !== undefined) {
      if (open.pop()!.name !== closed) throw new Error(`</${closed}> closes nothing`);
    } else if (name !== undefined) {
      const node: Node = {
        name,
        attributes: Object.fromEntries(
          [...attributes.matchAll(/([\w:-]+)="([^"]*)"/g)].map(([, key, value]) => [key!, decode(value!)]),
        ),
        children: [],
        text: '',
      };
      open.at(-1)!.children.push(node);
      if (!empty) open.push(node);
    } else if (/&(?!(?:#39|amp|lt|gt|quot);)/.test(text!)) throw new Error(`a bare & in ${text}`);
    else open.at(-1)!.text += decode(text!);
  }
  if (end !== svg.length || open.length !== 1) throw new Error(`no XML from character ${end} on`);
  return root.children[0]!;
}

export const all = (node: Node, name: string): Node[] => [
  ...(node.name === name ? [node] : []),
  ...node.children.flatMap((child) => all(child, name)),
];

/** The rasters of a figure, in their order. */
export const images = (svg: string) =>
  all(parseSvg(svg), 'image').map((node) =>
    decodePng(Buffer.from(node.attributes['href']!.replace('data:image/png;base64,', ''), 'base64')),
  );

export const words = (svg: string): string[] => all(parseSvg(svg), 'text').map((node) => node.text);
