/** A host as far as campaign.json describes it. */
export interface ReportHost {
  readonly name: string;
  readonly cpuModel: string | null;
  readonly cpus: number | null;
  readonly memoryBytes: number | null;
  readonly versions: Readonly<Record<string, string>>;
}

/** A VM as far as campaign.json describes it. */
export interface ReportVm {
  readonly name: string;
  readonly host: string | null;
  readonly vcpus: number | null;
  readonly memoryBytes: number | null;
}

/** Hosts and VMs of campaign.json; what an older or newer version left out is null, never made up. */
export function readInventory(inventory: unknown): { hosts: readonly ReportHost[]; vms: readonly ReportVm[] } {
  const record = asRecord(inventory);
  return {
    hosts: listOf(record.hosts).map((host) => ({
      name: text(host.name) ?? '?',
      cpuModel: text(host.cpuModel),
      cpus: number(host.cpus),
      memoryBytes: number(host.memoryBytes),
      versions: Object.fromEntries(
        Object.entries(asRecord(host.versions)).map(([product, version]) => [product, text(version) ?? '?']),
      ),
    })),
    vms: listOf(record.vms).map((vm) => ({
      name: text(vm.name) ?? '?',
      host: text(vm.host),
      vcpus: number(vm.vcpus),
      memoryBytes: number(vm.memoryBytes),
    })),
  };
}

const listOf = (value: unknown): Record<string, unknown>[] => (Array.isArray(value) ? value.map(asRecord) : []);
const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
const number = (value: unknown): number | null => (typeof value === 'number' && Number.isFinite(value) ? value : null);

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
