import { init, type EChartsOption } from 'echarts';
import { html, Html } from '../html';
import { drawWithPaths } from './held-paths';

/** One drawing of a chart: what echarts draws, and how high. */
export interface Drawing {
  readonly height: number;
  readonly option: EChartsOption;
}

/** The widths that every chart is drawn for, in pixels: windows from 1120, from 640, and below. */
const WIDTHS = [
  ['wide', 1040],
  ['medium', 700],
  ['narrow', 356],
] as const;

/** How much room a chart has. */
export interface Room {
  readonly width: number;
  readonly name: (typeof WIDTHS)[number][0];
}

/**
 * A chart drawn once for each of three widths, so that its text is never scaled to an unreadable size; the style sheet
 * shows the one that fits.
 * @param label - says what a reader who cannot see it would miss
 */
export function responsiveChart(label: string, draw: (room: Room) => Drawing): Html {
  return html`<div class="chart" role="img" aria-label="${label}">
    ${WIDTHS.map(([name, width]) => html`<div class="${name}">${drawSvg(width, draw({ width, name }))}</div> `)}
  </div>`;
}

function drawSvg(width: number, { height, option }: Drawing): Html {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    const svg = drawWithPaths(() => {
      chart.setOption({
        animation: false,
        textStyle: { fontFamily: 'system-ui, sans-serif' },
        ...option,
        grid: fixed(option.grid),
      });
      return plain(chart.renderToSVGString(), width, height);
    });
    return new Html(svg);
  } finally {
    chart.dispose();
  }
}

/** Panels stay where they are put: echarts would shrink each for its own labels, so that they no longer line up. */
function fixed(grid: EChartsOption['grid']): EChartsOption['grid'] {
  const grids = Array.isArray(grid) ? grid : grid === undefined ? [] : [grid];
  return grids.map((each) => ({ ...each, outerBoundsMode: 'none' as const }));
}

function plain(svg: string, width: number, height: number): string {
  return (
    svg
      .replace(/^<svg [^>]*>/, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}">`)
      // Classes and their styles are for hovering and count the charts of the process, so no two pages would be alike.
      .replace(/<style[^>]*>.*?<\/style>/s, '')
      .replace(/ class="zr[^"]*"/g, '')
      .replace(/ ecmeta_[a-z_]+="[^"]*"/g, '')
      // Boxes that nobody sees: for the mouse, and behind titles.
      .replace(
        /<path [^>]*(fill="none" pointer-events="visible"|fill-opacity="0"[^>]*stroke-width="0")><\/path>\n?/g,
        '',
      )
      .replace(/ pointer-events="visible"| xml:space="preserve"/g, '')
      .replace(/<rect width="\d+" height="\d+" x="0" y="0"[^>]*fill="none"[^>]*><\/rect>\n?/, '')
  );
}
