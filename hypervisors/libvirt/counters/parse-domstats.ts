import type { CounterName } from '../../counter-types';
import { counterUnit } from './counter-unit';

/** Counters with their values, in step. */
export interface CounterValues {
  readonly counters: readonly CounterName[];
  readonly values: readonly number[];
}

/** What `virsh domstats` says of one domain. */
export interface DomainStats extends CounterValues {
  readonly domain: string;
  /** virDomainState: 1 running, 2 blocked, 3 paused, 4 shutting down, 5 off, 6 crashed, 7 suspended; null: not said. */
  readonly state: number | null;
}

const INSTANCE = /^([a-z]+)\.(\d+)\.(.+)$/;

/** Reads the output of `virsh -q domstats`; texts such as device names are no counters. */
export function parseDomstats(text: string): readonly DomainStats[] {
  return text
    .split(/^Domain: /m)
    .slice(1)
    .map(parseDomain);
}

function parseDomain(section: string): DomainStats {
  const [title = '', ...lines] = section.split('\n');
  const counters: CounterName[] = [];
  const values: number[] = [];
  let state: number | null = null;
  for (const line of lines) {
    const at = line.indexOf('=');
    const name = line.slice(0, at).trim();
    const text = line.slice(at + 1).trim();
    // More digits than a number has are none.
    if (at < 0 || !/^-?\d+(\.\d+)?$/.test(text) || !Number.isFinite(Number(text))) continue;
    const [, group = '', number, rest = ''] = INSTANCE.exec(name) ?? [];
    const counter = number === undefined ? name : `${group}.${rest}`;
    counters.push({ counter, instance: number ?? '', ...counterUnit(counter) });
    values.push(Number(text));
    if (name === 'state.state') state = Number(text);
  }
  return { domain: title.trim().replace(/^'(.*)'$/, '$1'), state, counters, values };
}
