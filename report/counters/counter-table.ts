import type { Counters, CounterSummary } from '../../store/counter-types';
import { dataTable } from '../data-table';
import { formatNumber, formatSignificant } from '../format-figure';
import { html, type Html } from '../html';
import { sparkline } from './sparkline';
import { unitScale } from './unit-scale';

/** All counters: what they are, how many values there are, their extremes and mean, and their course over time. */
export function counterTable({ summaries, coarseGrid }: Counters): Html {
  const constant = summaries.filter(({ n, min, max }) => n > 0 && min === max);
  const shown = summaries.filter((summary) => !constant.includes(summary));
  return html`${dataTable<CounterSummary>(
    'All counters',
    [
      { title: 'Of', kind: 'text', cell: ({ entityKind, entities }) => of(entityKind, entities) },
      { title: 'Counter', kind: 'text', cell: ({ counter }) => html`<code>${counter}</code>` },
      { title: 'Unit', kind: 'text', cell: (each) => scaleOf(each).unit },
      { title: 'Instances', kind: 'figure', cell: ({ instances }) => (instances === 0 ? '\u2013' : String(instances)) },
      { title: 'n', kind: 'figure', cell: ({ n }) => formatNumber(n, 0) },
      { title: 'Min', kind: 'figure', cell: (each) => figure(each, each.min) },
      { title: 'Mean', kind: 'figure', cell: (each) => figure(each, each.mean) },
      { title: 'Max', kind: 'figure', cell: (each) => figure(each, each.max) },
      { title: 'Course', kind: 'text', cell: (each) => sparkline(each, coarseGrid), whenAbsent: 'nothing was sampled' },
    ],
    shown,
  )}
  ${constantNote(
    constant.filter(({ max }) => max === 0),
    'Zero throughout',
    () => '',
  )}
  ${constantNote(
    constant.filter(({ max }) => max !== 0),
    'Constant',
    (each) => ` ${figure(each, each.max) ?? ''} ${scaleOf(each).unit}`,
  )}`;
}

function constantNote(
  summaries: readonly CounterSummary[],
  title: string,
  value: (each: CounterSummary) => string,
): Html | null {
  if (summaries.length === 0) return null;
  const kinds = (['host', 'vm'] as const).filter((kind) => summaries.some(({ entityKind }) => entityKind === kind));
  return html`<p class="note">
    <b>${title}</b>
    ${kinds.map((kind, index) => {
      const own = summaries.filter(({ entityKind }) => entityKind === kind);
      const names = own.map((each, at) => html`${at === 0 ? '' : ', '}<code>${each.counter}</code>${value(each)}`);
      return html`${index === 0 ? '' : '; '}${kind === 'vm' ? 'VMs' : 'hosts'}: ${names}`;
    })}.
  </p>`;
}

const of = (kind: CounterSummary['entityKind'], entities: number): string =>
  `${entities} ${kind === 'vm' ? 'VM' : 'host'}${entities === 1 ? '' : 's'}`;

const scaleOf = ({ counter, unit, drawn, max, min }: CounterSummary) =>
  unitScale(counter, unit, drawn, Math.max(Math.abs(max ?? 0), Math.abs(min ?? 0)));

const figure = (each: CounterSummary, value: number | null): string | null =>
  value === null ? null : formatSignificant(value * scaleOf(each).factor);
