import type { CustomSeriesOption } from 'echarts';
import { holdPath } from './held-paths';
import { markPath, markStyle, type Mark } from './marks';

/** Turns a value of x and of y (its number where the axis has categories) into a place in the drawing, in pixels. */
export type Place = (x: number, y: number) => readonly [number, number];

/** How a path is drawn. */
export interface PathStyle {
  readonly fill?: string;
  readonly stroke?: string;
  readonly lineWidth?: number;
  readonly lineDash?: number[];
  readonly opacity?: number;
}

/** How a line is drawn. */
export type LineStyle = PathStyle & { readonly stroke: string };

/** The width and height in pixels of the panel that a path is drawn into. */
export interface PanelSize {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** A series drawn as one path, however many values it has: it keeps pages of many values small. */
export function pathSeries(
  axes: number | { readonly x: number; readonly y: number },
  style: PathStyle,
  path: (place: Place, panel: PanelSize) => string,
  z = 2,
): CustomSeriesOption {
  return {
    type: 'custom',
    xAxisIndex: typeof axes === 'number' ? axes : axes.x,
    yAxisIndex: typeof axes === 'number' ? axes : axes.y,
    silent: true,
    clip: false,
    z,
    data: [[0, 0]],
    renderItem: (parameters, api) => {
      const place: Place = (x, y) => {
        const [left = NaN, top = NaN] = api.coord([x, y]);
        return [left, top];
      };
      const {
        x: left,
        y: top,
        width,
        height,
      } = parameters.coordSys as unknown as Record<'x' | 'y' | 'width' | 'height', number>;
      const d = path(place, { left, top, width, height });
      if (d === '') return null;
      return { type: 'path', shape: { d: holdPath(d) }, style: { fill: 'none', ...style } };
    },
  };
}

/** Points of one kind as one path. */
export function markSeries(
  grid: number,
  mark: Mark,
  points: readonly (readonly [x: number, y: number])[],
  radius = 4.5,
): CustomSeriesOption {
  return pathSeries(
    grid,
    markStyle(mark),
    (place) => points.map(([x, y]) => markPath(mark.shape, place(x, y), radius)).join(''),
    5,
  );
}
