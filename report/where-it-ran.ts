import { dataTable } from './data-table';
import { formatBytes, formatTime } from './format-figure';
import { html, type Html } from './html';
import { readInventory, type ReportHost, type ReportVm } from './inventory';
import type { ReportInput } from './report-input';

/** Site, hosts, VMs and the machine that ran worker and prober. */
export function whereItRan({ campaign, plan }: ReportInput): Html {
  const { hosts, vms } = readInventory(campaign.inventory);
  const bytes = (value: number | null) => (value === null ? null : formatBytes(value));
  const startOf = (vm: string) => Object.entries(plan.placement).find(([, placed]) => placed.includes(vm))?.[0] ?? null;
  return html`<dl>
      <dt>Site</dt>
      <dd>${campaign.site}, ${campaign.hypervisor}${campaign.emulated ? ', emulated' : ''}</dd>
      <dt>Campaign</dt>
      <dd>
        created ${formatTime(campaign.createdAt)}; time zero ${time(campaign.timeZero)}; finished
        ${time(campaign.finishedAt)}
      </dd>
      <dt>Outcome</dt>
      <dd>${campaign.outcome ?? 'not finished'}${campaign.failure === undefined ? null : `: ${campaign.failure}`}</dd>
      <dt>Worker and prober</dt>
      <dd>${machine(campaign.machine)}</dd>
    </dl>
    <h3>Hosts</h3>
    ${
      hosts.length === 0
        ? html`<p class="note">Not available: the campaign ended before its inventory was taken.</p>`
        : dataTable<ReportHost>(
            'Hosts',
            [
              { title: 'Host', kind: 'text', cell: ({ name }) => name },
              { title: 'CPU', kind: 'prose', cell: ({ cpuModel }) => cpuModel },
              { title: 'Logical CPUs', kind: 'figure', cell: ({ cpus }) => cpus },
              { title: 'Memory', kind: 'figure', cell: ({ memoryBytes }) => bytes(memoryBytes) },
              { title: 'Versions', kind: 'prose', cell: ({ versions }) => list(versions) },
            ],
            hosts,
          )
    }
    <h3>Virtual machines</h3>
    ${
      vms.length === 0
        ? html`<p class="note">Not available: the campaign ended before its inventory was taken.</p>`
        : dataTable<ReportVm>(
            'Virtual machines',
            [
              { title: 'VM', kind: 'text', cell: ({ name }) => name },
              { title: 'vCPUs', kind: 'figure', cell: ({ vcpus }) => vcpus },
              { title: 'Memory', kind: 'figure', cell: ({ memoryBytes }) => bytes(memoryBytes) },
              {
                title: 'Host at time zero (plan)',
                kind: 'text',
                cell: ({ name }) => startOf(name),
                whenAbsent: 'the plan places none of them',
              },
            ],
            vms.filter(({ name }) => startOf(name) !== null || Object.keys(plan.placement).length === 0),
          )
    }`;
}

const time = (atMs: number | undefined): string => (atMs === undefined ? 'never reached' : formatTime(atMs));

function list(versions: Readonly<Record<string, string>>): string | null {
  return (
    Object.entries(versions)
      .map(([product, version]) => `${product} ${version}`)
      .join(', ') || null
  );
}

function machine(facts: Readonly<Record<string, string | number>>): string {
  const shown = Object.entries(facts).map(([name, value]) =>
    name.endsWith('Bytes') && typeof value === 'number'
      ? `${name.slice(0, -'Bytes'.length)} ${formatBytes(value)}`
      : `${name} ${value}`,
  );
  return shown.join(', ') || 'not available';
}
