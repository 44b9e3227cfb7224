import type { SampleQuery } from '../../../counter-types';
import { HISTORY_MS, type WireSamples } from '../../wire';
import { Refusal } from '../state/refuse';
import type { State } from '../state/state';
import { countersOf } from './counters-of';
import { openUsage } from './usage-book';

/** One answer holds no more; the rest is to be asked for separately. */
const MOST_READINGS = 100_000;

/** Every counter's value at the ticks asked for, as far as they lie in the last hour and not in the future. @throws Refusal */
export function readSamples(state: State, nowMs: number, query: SampleQuery): WireSamples {
  const { entities, everyMs, fromMs, untilMs } = query;
  const keptFromMs = Math.max(state.createdAtMs, nowMs - HISTORY_MS);
  const ticks: number[] = [];
  const firstMs = Math.max(Math.ceil(fromMs / everyMs), Math.ceil(keptFromMs / everyMs)) * everyMs;
  for (let tick = firstMs; tick <= Math.min(untilMs, nowMs); tick += everyMs) {
    if ((ticks.length + 1) * entities.length > MOST_READINGS)
      throw new Refusal('protocol', `More than ${String(MOST_READINGS)} readings.`, 'Ask for fewer ticks at once.');
    ticks.push(tick);
  }
  const used = openUsage(state);
  const series = entities.flatMap((entity) => {
    const counters = countersOf(state, entity);
    const moments = used(`${entity.kind} ${entity.name}`, ticks);
    if (counters === null || moments === null) return [];
    const values = moments.map((moment) => counters.map(({ of }) => Math.round(of(moment))));
    return [{ ...entity, counters: counters.map(({ of: _of, ...name }) => name), values }];
  });
  return { nowMs, createdAtMs: state.createdAtMs, keptFromMs, ticks, series };
}
