import type { Counters, CounterSeries } from '../../store/counter-types';
import { lineLegend } from '../chart/marks';
import { COLOR } from '../chart/palette';
import { formatDuration, formatNumber, formatTime, plural } from '../format-figure';
import { html, type Html } from '../html';
import { readInventory } from '../inventory';
import type { ReportInput } from '../report-input';
import { counterTable } from './counter-table';
import { hostChart, type HostMove } from './host-chart';
import { vmsOnHosts } from './vms-on-hosts';

/** Counters of the hosts over time, and all others in a table. */
export function counterSection(input: ReportInput): Html {
  const { counters } = input;
  if (counters === null) {
    return html`<p class="note">
      Not available:
      ${
        input.campaign.outcome === undefined
          ? 'samples are put together when the campaign ends.'
          : 'the site has no counters, so nothing was sampled.'
      }
    </p>`;
  }
  const charts = hostCharts(input, counters);
  return html`<p>${drawnHow(counters)}</p>
    ${charts}
    <h3>All counters</h3>
    <p class="note">
      Over all values, whatever is drawn. Cumulative counters: growth per second since the tick before. Counters with
      instances (CPUs, cards, disks): the mean over them; each instance has its own rows in samples.parquet.
    </p>
    ${counterTable(counters)}`;
}

function hostCharts({ campaign, plan, migrations }: ReportInput, counters: Counters): Html[] {
  const { fromMs } = counters.grid;
  const zeroMs = campaign.timeZero ?? fromMs;
  const zeroName = campaign.timeZero === undefined ? formatTime(fromMs) : 'time zero';
  const steps = vmsOnHosts(plan, migrations, readInventory(campaign.inventory).vms, fromMs);
  const entities = [...new Set(counters.series.map(({ entityKind, entity }) => JSON.stringify([entityKind, entity])))]
    .map((key) => JSON.parse(key) as [CounterSeries['entityKind'], string])
    .sort(([kind, a], [other, b]) => kind.localeCompare(other) || a.localeCompare(b, 'en', { numeric: true }));
  const drawn = (wanted: CounterSeries['entityKind']): number => entities.filter(([kind]) => kind === wanted).length;
  const hostsLeft = counters.hosts - drawn('host');
  const vmsLeft = counters.vms - drawn('vm');
  return [
    ...entities.map(([kind, name]) => {
      const own = counters.series.filter(({ entityKind, entity }) => entityKind === kind && entity === name);
      const panels = [...new Set(own.map(({ panel }) => panel))].map((panel) => ({
        panel,
        series: own.filter((series) => series.panel === panel),
      }));
      const moves = migrations.flatMap((row): HostMove[] => {
        const { requested: from, finished: until } = row;
        if (from === null || until === null || until < fromMs) return [];
        const span = { fromMs: Math.max(from, fromMs), untilMs: until };
        if (kind === 'vm') return row.vm === name ? [{ ...span, direction: 'in' }] : [];
        if (row.to === name) return [{ ...span, direction: 'in' }];
        return row.from === name ? [{ ...span, direction: 'out' }] : [];
      });
      return html`<h3>${kind === 'host' ? 'Host' : 'VM'} ${name}</h3>
        ${hostChart({
          name,
          grid: counters.grid,
          panels,
          moves,
          steps: kind === 'host' ? (steps.get(name) ?? [{ atMs: fromMs, vms: 0 }]) : [],
          zeroMs,
          zeroName,
        })}`;
    }),
    html`<p class="legend">${legend(counters.series)}</p>`,
    ...(hostsLeft > 0
      ? [html`<p class="note">${plural(hostsLeft, 'more host')} with fewer migrations: in the table only.</p>`]
      : []),
    ...(vmsLeft > 0
      ? [html`<p class="note">${plural(vmsLeft, 'more VM')}, later by name: in the table only.</p>`]
      : []),
  ];
}

const PANELS: Readonly<Record<string, string>> = { cpu: 'CPU: ', memory: 'memory: ', network: 'network: ' };

function legend(series: readonly CounterSeries[]): Html[] {
  const names = (panel: string) => [
    ...new Set(series.filter((each) => each.panel === panel).map(({ counter }) => counter)),
  ];
  const panels = [...new Set(series.map(({ panel }) => panel))];
  const of = (panel: string): Html => {
    const [first = '', second] = names(panel);
    return html`${lineLegend('M0,7H18', `${PANELS[panel] ?? ''}${first}`, { stroke: COLOR.series })}
    ${second === undefined ? null : lineLegend('M0,7H18', second, { stroke: COLOR.second, dash: '6 3' })}`;
  };
  return [
    ...panels.map(of),
    lineLegend('M0,11H9V3H18', 'VMs of the campaign on the host', { stroke: COLOR.quiet }),
    lineLegend('M5,2h7.2l-3.6,6.9Z', 'a VM arrives (migration shaded)', { fill: COLOR.ink }),
    lineLegend('M9,2l3.6,6.9h-7.2Z', 'a VM leaves (migration shaded)', { fill: 'none' }),
  ];
}

function drawnHow({ rows, grid }: Counters): string {
  const ticks = grid.bucketMs / grid.everyMs;
  const how =
    ticks === 1
      ? 'every value is drawn'
      : `drawn as one point for ${formatNumber(ticks, 0)} ticks (${formatDuration(grid.bucketMs)}): the line is their mean, the band reaches from their least to their greatest value`;
  return `${plural(rows, 'sample')}, one tick every ${formatDuration(grid.everyMs)}; ${how}. A tick without a sample breaks the line. VMs change hosts at the finish of their migration.`;
}
