import { type Layered, layered } from './layers.js';
import { element, faint, figure, type Markup, paper, rule, text } from './svg.js';
import { boldWidth, fitted } from './text.js';

export interface GraphNode extends Layered {
  readonly label: string;
  /** Below the label. */
  readonly note: string;
  readonly colour: string;
}

const box = { width: 168, height: 42, gap: 18 };
const layerHeight = 78;
const margin = 16;

/** Steps from the top to the bottom, arrows to those that take their output; colour says again what the note says. */
export function graphFigure(title: string, nodes: readonly GraphNode[]): Markup {
  const { places, arrows, width, layers } = layered(nodes, box);
  const top = 44;
  const x = (at: number) => margin + at;
  const y = (layer: number) => top + layer * layerHeight;
  const arrow = (through: (typeof arrows)[number]['through']): Markup => {
    const [first, ...rest] = through;
    let at = { x: x(first!.x), y: y(first!.layer) + box.height };
    let d = `M${at.x.toFixed(1)} ${at.y}`;
    for (const [i, place] of rest.entries()) {
      const last = i === rest.length - 1;
      const to = { x: x(place.x), y: y(place.layer) - (last ? 4 : 0) };
      const half = (at.y + to.y) / 2;
      d += `C${at.x.toFixed(1)} ${half} ${to.x.toFixed(1)} ${half} ${to.x.toFixed(1)} ${to.y}`;
      if (!last) d += `V${to.y + box.height}`;
      at = last ? to : { x: to.x, y: to.y + box.height };
    }
    const head = `M${at.x.toFixed(1)} ${at.y + 4}l-4 -7h8Z`;
    return (
      element('path', { d, fill: 'none', stroke: faint, 'stroke-width': 1.2 }) +
      element('path', { d: head, fill: faint })
    );
  };
  const drawn = nodes.map(({ id, label, note, colour }) => {
    const place = places.get(id)!;
    const [left, above] = [x(place.x) - box.width / 2, y(place.layer)];
    return [
      element('rect', {
        x: left,
        y: above,
        width: box.width,
        height: box.height,
        rx: 4,
        class: 'paper',
        fill: paper,
        stroke: rule,
      }),
      element('rect', { x: left, y: above, width: 6, height: box.height, rx: 2, fill: colour }),
      text(left + 14, above + 17, fitted(label, box.width - 20), { weight: 'bold' }),
      text(left + 14, above + 33, fitted(note, box.width - 20, 11), { size: 11, fill: faint }),
    ].join('');
  });
  return figure(
    Math.max(width + 2 * margin, boldWidth(title, 14) + 32),
    y(layers - 1) + box.height + 18,
    title,
    text(margin, 24, title, { size: 14, weight: 'bold' }),
    ...arrows.map(({ through }) => arrow(through)),
    ...drawn,
  );
}
