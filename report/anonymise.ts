import { readInventory } from './inventory';
import type { ReportInput } from './report-input';

const ADDRESSES = [
  /\b\d{1,3}(?:\.\d{1,3}){3}\b/g,
  /\b(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\b/gi,
  /\b(?:[0-9a-f]{1,4}:){2,7}[0-9a-f]{1,4}\b|\b(?:[0-9a-f]{1,4}:)+:(?:[0-9a-f]{1,4}:)*[0-9a-f]{0,4}/gi,
  /\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b/gi,
];

/**
 * The same results with made-up names: hosts, VMs, vantages, site, campaign and whoever started other migrations; addresses
 * and names inside of texts too. The spec is left out.
 */
export function anonymise(input: ReportInput): ReportInput {
  const { campaign, plan, counters, ledger } = input;
  const names = aliases(input);
  const name = <T extends string | null>(given: T): T => (given === null ? given : ((names.get(given) ?? given) as T));
  const text = <T extends string | null>(given: T): T => (given === null ? given : (redact(given, names) as T));
  const { hosts, vms } = readInventory(campaign.inventory);
  return {
    ...input,
    campaign: {
      ...campaign,
      campaign: name(campaign.campaign),
      runId: '(left out)',
      site: name(campaign.site),
      spec: null,
      ...(campaign.failure === undefined ? {} : { failure: text(campaign.failure) }),
      ...(campaign.vantages === undefined ? {} : { vantages: campaign.vantages.map(name) }),
      machine: Object.fromEntries(Object.entries(campaign.machine).filter(([key]) => !/host|name/i.test(key))),
      inventory: {
        hosts: hosts.map((host) => ({ ...host, name: name(host.name) })),
        vms: vms.map((vm) => ({ ...vm, name: name(vm.name), host: name(vm.host) })),
      },
    },
    plan: {
      placement: Object.fromEntries(Object.entries(plan.placement).map(([host, on]) => [name(host), on.map(name)])),
      actions: plan.actions.map((action) =>
        action.kind === 'migrate' ? { ...action, vm: name(action.vm), to: name(action.to) } : action,
      ),
    },
    migrations: input.migrations.map((row) => ({
      ...row,
      action: text(row.action),
      origin: name(row.origin),
      vm: name(row.vm),
      from: name(row.from),
      to: name(row.to),
      vantage: name(row.vantage),
      error: text(row.error),
      blackout_gap: text(row.blackout_gap),
    })),
    actions: input.actions.map((row) => ({ ...row, action: text(row.action), vm: name(row.vm), to: name(row.to) })),
    silences: input.silences.map((row) => ({ ...row, target: name(row.target), vantage: name(row.vantage) })),
    probes: input.probes.map((row) => ({ ...row, target: name(row.target), vantage: name(row.vantage) })),
    clocks: input.clocks.map((row) => ({ ...row, machine: name(row.machine) })),
    blackouts: input.blackouts.map((row) => ({
      ...row,
      action: text(row.action),
      vm: name(row.vm),
      vantage: name(row.vantage),
      blackout_gap: text(row.blackout_gap),
    })),
    counters:
      counters === null
        ? null
        : { ...counters, series: counters.series.map((each) => ({ ...each, entity: name(each.entity) })) },
    ledger:
      ledger === null
        ? null
        : {
            ...ledger,
            entities: ledger.entities.map((each) => ({ ...each, entity: name(each.entity) })),
            gaps: ledger.gaps.map((each) => ({ ...each, entity: name(each.entity), reason: text(each.reason) })),
          },
    problems: (input.problems ?? []).map(text),
  };
}

/** A made-up name for each real one, numbered in the order of the real ones; what is the same name stays the same name. */
function aliases({
  campaign,
  plan,
  migrations,
  silences,
  probes,
  clocks,
  blackouts,
  ledger,
  counters,
}: ReportInput): ReadonlyMap<string, string> {
  const { hosts, vms } = readInventory(campaign.inventory);
  const found = new Map<string, string>();
  const add = (prefix: string, given: readonly (string | null)[]): void => {
    const fresh = [...new Set(given)].flatMap((each) => (each === null || found.has(each) ? [] : [each]));
    fresh
      .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
      .forEach((each, index) => found.set(each, `${prefix}-${index + 1}`));
  };
  const machines = [
    ...silences.map(({ target: name, target_kind: kind }) => ({ name, kind })),
    ...probes.map(({ target: name, target_kind: kind }) => ({ name, kind })),
    ...clocks.map(({ machine: name, machine_kind: kind }) => ({ name, kind })),
    ...(ledger?.entities ?? []).map(({ entity: name, entityKind: kind }) => ({ name, kind })),
    ...(counters?.series ?? []).map(({ entity: name, entityKind: kind }) => ({ name, kind })),
  ];
  const of = (kind: 'vm' | 'host') => machines.flatMap((each) => (each.kind === kind ? [each.name] : []));
  add('host', [
    ...hosts.map(({ name }) => name),
    ...Object.keys(plan.placement),
    ...migrations.flatMap(({ from, to }) => [from, to]),
    ...of('host'),
  ]);
  add('vm', [
    ...vms.map(({ name }) => name),
    ...Object.values(plan.placement).flat(),
    ...migrations.map(({ vm }) => vm),
    ...of('vm'),
  ]);
  add('vantage', [
    ...migrations.map(({ vantage }) => vantage),
    ...silences.map(({ vantage }) => vantage),
    ...probes.map(({ vantage }) => vantage),
    ...blackouts.map(({ vantage }) => vantage),
    ...(campaign.vantages ?? []),
  ]);
  add(
    'other',
    migrations.map(({ origin }) => origin).filter((origin) => origin !== 'drover'),
  );
  if (!found.has(campaign.site)) found.set(campaign.site, 'site');
  if (!found.has(campaign.campaign)) found.set(campaign.campaign, 'campaign');
  return found;
}

function redact(text: string, names: ReadonlyMap<string, string>): string {
  const longestFirst = [...names.keys()].filter((each) => each !== '').sort((a, b) => b.length - a.length);
  const pattern = longestFirst.map((each) => each.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|');
  const named =
    pattern === ''
      ? text
      : text.replace(
          new RegExp(`(?<![\\p{L}\\p{N}_])(${pattern})(?![\\p{L}\\p{N}_])(?:\\.[\\p{L}\\p{N}-]+)*`, 'gu'),
          (_, each: string) => names.get(each) ?? each,
        );
  return ADDRESSES.reduce((rest, address) => rest.replace(address, '(address)'), named);
}
