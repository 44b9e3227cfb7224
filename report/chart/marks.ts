import { html, type Html } from '../html';
import { COLOR } from './palette';

/** What a symbol looks like; outcomes differ by shape, not by colour alone. */
export interface Mark {
  readonly shape: 'circle' | 'triangle' | 'diamond' | 'cross' | 'square';
  readonly filled: boolean;
  readonly color: string;
}

/** One symbol a meaning, the same one in every chart. */
export const MARKS = {
  observed: { shape: 'circle', filled: true, color: COLOR.series },
  recovered: { shape: 'circle', filled: false, color: COLOR.series },
  ambiguous: { shape: 'diamond', filled: false, color: COLOR.series },
  censored: { shape: 'triangle', filled: false, color: COLOR.alert },
  failed: { shape: 'cross', filled: false, color: COLOR.alert },
  never: { shape: 'square', filled: false, color: COLOR.quiet },
  other: { shape: 'square', filled: true, color: COLOR.ink },
} as const satisfies Record<string, Mark>;

/** A symbol's outline around a point, as SVG path data. */
export function markPath(shape: Mark['shape'], [x, y]: readonly [number, number], r = 4.5): string {
  const at = (dx: number, dy: number) => `${round(x + dx * r)},${round(y + dy * r)}`;
  switch (shape) {
    case 'circle':
      return `M${at(-1, 0)}a${r},${r} 0 1,0 ${2 * r},0a${r},${r} 0 1,0 ${-2 * r},0Z`;
    case 'triangle':
      return `M${at(0, -1.3)}L${at(1.2, 1)}L${at(-1.2, 1)}Z`;
    case 'diamond':
      return `M${at(0, -1.35)}L${at(1.35, 0)}L${at(0, 1.35)}L${at(-1.35, 0)}Z`;
    case 'square':
      return `M${at(-0.9, -0.9)}L${at(0.9, -0.9)}L${at(0.9, 0.9)}L${at(-0.9, 0.9)}Z`;
    case 'cross':
      return `M${at(-1, -1)}L${at(1, 1)}M${at(-1, 1)}L${at(1, -1)}`;
  }
}

/** A filled rectangle's outline, as SVG path data. */
export function boxPath(left: number, top: number, width: number, height: number): string {
  return `M${round(left)},${round(top)}h${round(width)}v${round(height)}h${round(-width)}Z`;
}

/** A range with a cap at each end, as SVG path data. */
export function rangePath(x: number, top: number, bottom: number, cap: number): string {
  const at = round(x);
  const [upper, lower] = [round(top), round(bottom)];
  return `M${at},${upper}V${lower}M${round(at - cap)},${upper}h${2 * cap}M${round(at - cap)},${lower}h${2 * cap}`;
}

/** How a symbol is filled and drawn. */
export function markStyle({ filled, color }: Mark): { fill: string; stroke: string; lineWidth: number } {
  return { fill: filled ? color : COLOR.paper, stroke: color, lineWidth: 1.5 };
}

/** A symbol and what it means. */
export function markLegend(mark: Mark, text: string): Html {
  const fill = mark.filled ? mark.color : 'none';
  return lineLegend(markPath(mark.shape, [9, 7]), text, { fill, stroke: mark.color, width: 1.5 });
}

/** A line (or area) and what it means. */
export function lineLegend(
  path: string,
  text: string,
  {
    stroke = COLOR.ink,
    fill = 'none',
    dash = '',
    width = 1.5,
  }: { stroke?: string; fill?: string; dash?: string; width?: number } = {},
): Html {
  return html`<span
    ><svg width="18" height="14" aria-hidden="true">
      <path d="${path}" fill="${fill}" stroke="${stroke}" stroke-width="${width}" stroke-dasharray="${dash}" />
    </svg>
    ${text}</span
  > `;
}

/** A tenth of a pixel is below what a screen shows, and keeps a page small. */
export const round = (value: number): number => Math.round(value * 10) / 10;
