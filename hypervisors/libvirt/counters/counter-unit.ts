import type { CounterKind } from '../../counter-types';

/** Unit and kind of libvirt's statistics by their names, as `virsh domstats --help` and virConnectGetAllDomainStats describe them. */
const RULES: readonly (readonly [names: RegExp, unit: string, kind: CounterKind])[] = [
  [/^cpu\.(time|user|system)$/, 'ns', 'cumulative'],
  [/^cpu\.haltpoll\.(success|fail)\.time$/, 'ns', 'cumulative'],
  [/^vcpu\.(time|wait|delay)$/, 'ns', 'cumulative'],
  [/\.sum$/, '', 'cumulative'],
  [/^balloon\.(swap_in|swap_out)$/, 'KiB', 'cumulative'],
  [/^balloon\.(major_fault|minor_fault|hugetlb_pgalloc|hugetlb_pgfail)$/, 'count', 'cumulative'],
  [/^balloon\.last-update$/, 's', 'gauge'],
  [/^balloon\./, 'KiB', 'gauge'],
  [/^(net\.(rx|tx)|block\.(rd|wr))\.bytes$/, 'bytes', 'cumulative'],
  [/^(net\.(rx|tx)\.(pkts|errs|drop)|block\.(rd|wr|fl)\.reqs|block\.errors)$/, 'count', 'cumulative'],
  [/^block\.(rd|wr|fl)\.times$/, 'ns', 'cumulative'],
  [/^block\.(allocation|capacity|physical|threshold)$/, 'bytes', 'gauge'],
  [/^(vcpu|net|block|iothread)\.(count|current|maximum)$/, 'count', 'gauge'],
  [/^dirtyrate\.megabytes_per_second$/, 'MiB/s', 'gauge'],
  [/^dirtyrate\./, '', 'gauge'],
  [/^(state\.(state|reason)|vcpu\.state)$/, '', 'gauge'],
];

/** What is known of a statistic; one that a newer libvirt adds is kept, of unknown kind. */
export function counterUnit(counter: string): { readonly unit: string; readonly kind: CounterKind } {
  const [, unit = '', kind = 'unknown' as const] = RULES.find(([names]) => names.test(counter)) ?? [];
  return { unit, kind };
}
