import { formatBytes } from '../format-figure';
import { readInventory } from '../inventory';
import type { ReportInput } from '../report-input';

/** Something that is not the same in both campaigns; null: it is not there. */
export interface SettingDifference {
  readonly what: string;
  readonly first: string | null;
  readonly second: string | null;
}

const SHOWN = 90;

/** What differs in spec, plan, hypervisor, hosts, VMs, prober and machine: what a reader must know before believing a difference. */
export function findDifferences(first: ReportInput, second: ReportInput): readonly SettingDifference[] {
  const [a, b] = [settings(first), settings(second)];
  return [...new Set([...a.keys(), ...b.keys()])].flatMap((what) => {
    const [one, other] = [a.get(what) ?? null, b.get(what) ?? null];
    return one === other ? [] : [{ what, first: shorten(one), second: shorten(other) }];
  });
}

function settings({ campaign, plan, migrations }: ReportInput): ReadonlyMap<string, string> {
  const { hosts, vms } = readInventory(campaign.inventory);
  const found = new Map<string, string>();
  const set = (what: string, value: string | number | boolean | null | undefined): void => {
    if (value !== null && value !== undefined) found.set(what, String(value));
  };
  set('site', campaign.site);
  set('hypervisor', campaign.hypervisor);
  set('emulated', campaign.emulated);
  set('drover', campaign.drover);
  set('outcome', campaign.outcome);
  set('plan (hash)', campaign.planHash.slice(0, 12));
  set('actions of the plan', plan.actions.length);
  set('seen from', [...new Set(migrations.flatMap(({ vantage }) => vantage ?? []))].sort().join(', ') || null);
  set('probe period (ms)', campaign.prober?.periodMs);
  set('prompt limit (ms)', campaign.prober?.promptMs);
  set('prober: memory locked', campaign.prober?.locked);
  set('prober: real-time priority', campaign.prober?.realtime);
  for (const [path, value] of leaves(campaign.spec)) set(`spec: ${path}`, value);
  for (const [name, value] of Object.entries(campaign.machine))
    set(
      `worker’s machine: ${name.replace(/Bytes$/, '')}`,
      name.endsWith('Bytes') && typeof value === 'number' ? formatBytes(value) : value,
    );
  for (const { name, cpuModel, cpus, memoryBytes, versions } of hosts) {
    set(`host ${name}: CPU`, cpuModel);
    set(`host ${name}: logical CPUs`, cpus);
    set(`host ${name}: memory`, memoryBytes === null ? null : formatBytes(memoryBytes));
    for (const [product, version] of Object.entries(versions)) set(`host ${name}: ${product}`, version);
  }
  for (const { name, vcpus, memoryBytes } of vms) {
    set(`VM ${name}: vCPUs`, vcpus);
    set(`VM ${name}: memory`, memoryBytes === null ? null : formatBytes(memoryBytes));
  }
  return found;
}

/** Every value of a JSON document with the path to it; a list counts as one value. */
function leaves(value: unknown, path = ''): readonly (readonly [string, string])[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[path, JSON.stringify(value)]];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, path === '' ? key : `${path}.${key}`));
}

const shorten = (text: string | null): string | null =>
  text === null || text.length <= SHOWN ? text : `${text.slice(0, SHOWN - 1)}\u2026`;
