import { inkOn, ramp } from './colours.js';
import { axes, type Panel } from './panel.js';
import { element, faint, figure, type Markup, text } from './svg.js';
import { boldWidth, fitted, textWidth } from './text.js';

/** More classes than this are not drawn one by one. */
export const mostConfusionClasses = 30;

/**
 * Rows of the truth by predicted class: each cell in the blue of its share of the row, with the count in it.
 * `counts[truth][predicted]`.
 */
export function confusionFigure(
  title: string,
  classes: readonly string[],
  counts: readonly (readonly number[])[],
): Markup {
  const k = classes.length;
  const size = Math.max(34, Math.min(72, 420 / k));
  const labelWidth = Math.min(150, Math.max(24, ...classes.map((name) => textWidth(name, 11))));
  // Words under the columns stand upright where they would touch.
  const upright = Math.max(...classes.map((name) => textWidth(name, 11))) > size - 6;
  const left = labelWidth + 42;
  const bottom = upright ? labelWidth + 14 : 18;
  const panel: Panel = {
    left,
    top: 44,
    width: size * k,
    height: size * k,
    x: { from: 0, to: k, marks: [] },
    y: {
      from: k,
      to: 0,
      label: 'truth',
      marks: classes.map((label, i) => ({ at: i + 0.5, label })),
    },
  };
  const shades = ramp('blue-red', 257).slice(0, 129).reverse();
  const cells = counts.flatMap((row, i) => {
    const total = row.reduce((sum, count) => sum + count, 0);
    return row.map((count, j) => {
      const share = total > 0 ? count / total : 0;
      const fill = shades[Math.round(share * 128)]!;
      const [x, y] = [panel.left + j * size, panel.top + i * size];
      const shown = String(Math.round(count));
      const fontSize = Math.min(12, (size - 4) / (0.64 * shown.length));
      return [
        element('rect', { x, y, width: size, height: size, fill, stroke: '#ffffff' }),
        text(x + size / 2, y + size / 2 + fontSize * 0.36, shown, {
          size: fontSize,
          anchor: 'middle',
          fill: inkOn(fill),
        }),
      ].join('');
    });
  });
  const below = panel.top + panel.height;
  const names = classes.map((name, j) => {
    const x = panel.left + (j + 0.5) * size;
    return upright
      ? text(x + 4, below + 8, fitted(name, labelWidth, 11), { size: 11, anchor: 'end', rotate: -90 })
      : text(x, below + 16, name, { size: 11, anchor: 'middle' });
  });
  const width = Math.max(panel.left + panel.width + 20, boldWidth(title, 14) + 44);
  return figure(
    width,
    below + bottom + 26,
    title,
    text(16, 24, title, { size: 14, weight: 'bold' }),
    ...cells,
    axes(panel, { labelWidth }),
    ...names,
    text(panel.left + panel.width / 2, below + bottom + 14, 'predicted', { anchor: 'middle', fill: faint }),
  );
}
