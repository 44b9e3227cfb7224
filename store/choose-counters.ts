/** Counters of a host that are drawn together in one panel. */
export interface ChosenPanel {
  readonly panel: string;
  readonly counters: readonly string[];
}

/** What is drawn by default, the first that the hosts have; names of vSphere, XenServer and libvirt. */
const PREFERRED: readonly { readonly panel: string; readonly sets: readonly (readonly string[])[] }[] = [
  {
    panel: 'cpu',
    sets: [['cpu.usage.average'], ['cpu.utilization.average'], ['cpu_avg'], ['cpu.time'], ['cpu.user', 'cpu.system']],
  },
  {
    panel: 'memory',
    sets: [['mem.consumed.average'], ['mem.active.average'], ['mem.pss'], ['mem.MemAvailable'], ['memory_free_kib']],
  },
  {
    panel: 'network',
    sets: [
      ['net.rx.bytes', 'net.tx.bytes'],
      ['net.received.average', 'net.transmitted.average'],
      ['net.usage.average'],
      ['pif_aggr_rx', 'pif_aggr_tx'],
    ],
  },
];

/**
 * Which counters of hosts are drawn: one panel each for CPU, memory and network as far as there is any, then one for each
 * counter asked for by name.
 * @param available - names of the counters that hosts have
 */
export function chooseCounters(available: readonly string[], asked: readonly string[]): readonly ChosenPanel[] {
  const known = new Set(available);
  const preferred = PREFERRED.flatMap(({ panel, sets }) => {
    const chosen = sets.find((counters) => counters.every((counter) => known.has(counter)));
    const prefix = panel.slice(0, 3);
    const counters =
      chosen ??
      [...known]
        .filter((counter) => counter.startsWith(prefix))
        .sort()
        .slice(0, 1);
    return counters.length === 0 ? [] : [{ panel, counters }];
  });
  const drawn = new Set(preferred.flatMap(({ counters }) => counters));
  return [
    ...preferred,
    ...asked
      .filter((counter) => known.has(counter) && !drawn.has(counter))
      .map((counter) => ({ panel: counter, counters: [counter] })),
  ];
}
