import type { CounterEntity, SampleQuery } from '../../../counter-types';
import type { WireSamples } from '../../wire';
import { Refusal } from '../state/refuse';
import type { State } from '../state/state';
import { hostCounters, vmCounters, type CounterNames } from './counter-names';
import { KEPT_MS, openUsage } from './usage-book';

/** One answer holds no more; the rest is to be asked for separately. */
const MOST_READINGS = 100_000;

/** Every counter's value at the ticks asked for, as far as they lie in the last hour and not in the future. @throws Refusal */
export function readSamples(state: State, nowMs: number, query: SampleQuery): WireSamples {
  const { entities, everyMs, fromMs, untilMs } = query;
  const keptFromMs = Math.max(state.createdAtMs, nowMs - KEPT_MS);
  const ticks: number[] = [];
  const firstMs = Math.max(Math.ceil(fromMs / everyMs), Math.ceil(keptFromMs / everyMs)) * everyMs;
  for (let tick = firstMs; tick <= Math.min(untilMs, nowMs); tick += everyMs) {
    if ((ticks.length + 1) * entities.length > MOST_READINGS)
      throw new Refusal('protocol', `More than ${String(MOST_READINGS)} readings.`, 'Ask for fewer ticks at once.');
    ticks.push(tick);
  }
  const used = openUsage(state);
  const series = entities.flatMap((entity) => {
    const names = countersOf(state, entity);
    const values = used(`${entity.kind} ${entity.name}`, ticks);
    if (names === null || values === null) return [];
    return [
      {
        ...entity,
        counters: [...names.cumulative, ...names.gauges],
        values: values.map(({ totals, gauges }) => [...totals, ...gauges].map(Math.round)),
      },
    ];
  });
  return { nowMs, createdAtMs: state.createdAtMs, keptFromMs, ticks, series };
}

/** An entity's counters; null: there is no such entity. */
export function countersOf(state: State, { kind, name }: CounterEntity): CounterNames | null {
  if (kind === 'host') {
    const host = state.hosts.get(name);
    return host === undefined ? null : hostCounters(host.cpus);
  }
  const vm = state.vms.get(name);
  return vm === undefined ? null : vmCounters(vm.vcpus);
}
