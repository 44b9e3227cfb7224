import type { BuiltAgent } from '../../../agents/build';
import { createSshAgents, type SshAgentRequest } from '../../../agents/ssh-agents';
import { createRecorderReader } from '../../../agents/ssh-recorders';
import { createLibvirtSampler } from '../../../hypervisors/libvirt/counters/create-sampler';
import { createLibvirt } from '../../../hypervisors/libvirt/create-libvirt';
import type { MigrationOptions } from '../../../hypervisors/types';
import { createSshShell } from '../../../remote/ssh-shell';
import type { RemoteShell } from '../../../remote/types';
import type { TestLab } from '../../lab/kvm/test-lab';
import type { SiteUnderTest } from '../conformance/site-under-test';

const VM = 'g1';
/** A slowed migration copies less in a second than the load below rewrites. */
const SLOW: MigrationOptions = { bandwidthMibPerS: 16 };
const QUICK_WITHIN_MS = 60_000;
// 32 MiB about five times a second; the process leads a session of its own, so that its number ends all of it.
const START_DIRTYING = `
dd if=/dev/urandom of=/tmp/a bs=1M count=32 2>/dev/null
setsid sh -c 'echo $$ > /tmp/pid; while :; do dd if=/tmp/a of=/tmp/b bs=1M conv=notrunc 2>/dev/null; usleep 100000; done' </dev/null >/dev/null 2>&1 &
while [ ! -s /tmp/pid ]; do usleep 10000; done
`;
const STOP_DIRTYING = '[ ! -s /tmp/pid ] || { kill -9 "$(cat /tmp/pid)"; rm -f /tmp/pid /tmp/a /tmp/b; }';

/** Runs a shell line on a lab host, past the driver. */
export async function onHost(lab: TestLab, shell: RemoteShell, host: string, line: string): Promise<string> {
  const target = lab.config.hosts[host];
  if (target === undefined) throw new Error(`no host ${host}`);
  return (await shell.exec(target, line)).stdout.trim();
}

/** How often QEMU itself was started to receive a VM on a host. */
function arrivals(lab: TestLab, host: string, vm: string): number {
  return lab.qemuLog(host, vm).split('-incoming').length - 1;
}

/** A KVM lab as the conformance suite sees it; `program`: of the recorders. */
export function labSite(lab: TestLab, program: () => Promise<BuiltAgent>): SiteUnderTest {
  const shell = createSshShell();
  const hypervisor = createLibvirt(lab.config, shell);
  const others: RemoteShell[] = [];
  const hosts = Object.keys(lab.config.hosts);
  const agents = createSshAgents({ shell, hosts: lab.config.hosts, guests: {}, program, ownProcesses: true });
  const recorders = (campaignId: string, sampleEveryMs: number): SshAgentRequest => ({
    ...{ campaignId, hosts, sampleEveryMs },
    ...{ vms: [], load: {}, leaseS: 120 },
  });
  const run = async (host: string, line: string): Promise<string> => onHost(lab, shell, host, line);
  return {
    hypervisor,
    secondDriver: async () => {
      const own = createSshShell();
      others.push(own);
      return Promise.resolve(createLibvirt(lab.config, own));
    },
    vm: VM,
    hosts,
    vms: Object.keys(lab.config.addresses),
    makeSlow: async () => {
      await shell.exec(lab.guest(VM), STOP_DIRTYING + START_DIRTYING);
      return SLOW;
    },
    makeQuick: async () => {
      await shell.exec(lab.guest(VM), STOP_DIRTYING);
    },
    countStarted: async () => Promise.resolve(hosts.reduce((sum, host) => sum + arrivals(lab, host, VM), 0)),
    leaveMarker: async ({ intent }, begun) => {
      const marker = `/run/drover/intents/${intent.id}`;
      await run(intent.from, `mkdir -p ${marker}${begun ? ` && ln -s begun ${marker}/fate` : ''}`);
    },
    startForeign: async (from, to, { bandwidthMibPerS }) => {
      const command = `virsh migrate --live --p2p --persistent --bandwidth ${String(bandwidthMibPerS)} ${VM} qemu+ssh://root@${to}/system`;
      await run(from, `setsid ${command} </dev/null >/dev/null 2>&1 &`);
    },
    cancelForeign: async (from) => {
      await run(from, `virsh domjobabort ${VM}`);
    },
    whereItRuns: async () => {
      const names = await Promise.all(hosts.map(async (host) => run(host, 'virsh -q list --state-running --name')));
      return hosts.filter((_, index) => names[index]?.split('\n').includes(VM));
    },
    supported: [
      { bandwidthMibPerS: 200, downtimeLimitMs: 500 },
      { autoConverge: true, compression: 'xbzrle' },
      { channels: 2, compression: 'zstd' },
      { compression: 'zlib' },
      { postCopy: true },
    ],
    unsupported: { compression: 'xbzrle', channels: 2 },
    startSampling: async (campaignId, everyMs) => {
      await agents.start(recorders(campaignId, everyMs));
      return createLibvirtSampler(createRecorderReader({ shell, hosts: lab.config.hosts }));
    },
    stopSampling: async (campaignId) => agents.remove(recorders(campaignId, 1_000)),
    quickWithinMs: QUICK_WITHIN_MS,
    tearDown: async () => {
      await hypervisor.close();
      await Promise.all([shell, ...others].map(async (each) => each.close()));
    },
  };
}
