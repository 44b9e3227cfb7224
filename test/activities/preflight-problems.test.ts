import { preflightProblems } from '../../activities/preflight-problems';
import type { Plan } from '../../campaign/plan/plan';
import type { Host, Inventory, Vm } from '../../hypervisors/types';

const GIB = 2 ** 30;
const host = (name: string, more: Partial<Host> = {}): Host => ({
  ...{ name, cpuModel: 'any', cpus: 2, memoryBytes: 4 * GIB, nics: [], migrationSettings: {} },
  versions: { qemu: '10.0.2' },
  ...more,
});
const vm = (name: string, more: Partial<Vm> = {}): Vm => ({
  ...{ name, uuid: name, host: 'h1', power: 'running', vcpus: 1, memoryBytes: 2 * GIB, addresses: ['10.0.0.1'] },
  ...more,
});
const plan: Plan = {
  placement: { h1: ['g1', 'g2'], h2: [] },
  actions: [
    { id: 'one', kind: 'migrate', vm: 'g1', to: 'h2', dueMs: 0 },
    { id: 'end', kind: 'end', dueMs: 1_000 },
  ],
};
const inventory: Inventory = { takenAtMs: 0, hosts: [host('h1'), host('h2')], vms: [vm('g1'), vm('g2')] };

test('a site that has everything is ready', () => {
  expect(preflightProblems(plan, inventory, true)).toEqual([]);
});

test.each<[string, Plan, Inventory, string]>([
  ['an unknown host', plan, { ...inventory, hosts: [host('h1')] }, 'host h2 is not on this site; it has h1'],
  [
    'a host from which none can begin',
    plan,
    { ...inventory, hosts: [host('h1', { cannotSend: 'no room for markers' }), host('h2')] },
    'host h1: no room for markers',
  ],
  ['an unknown VM', plan, { ...inventory, vms: [vm('g1')] }, 'VM g2 is not on this site; it has g1'],
  ['a VM that is off', plan, { ...inventory, vms: [vm('g1'), vm('g2', { power: 'off' })] }, 'VM g2 is off; start it'],
  [
    'a VM without address',
    plan,
    { ...inventory, vms: [vm('g1'), vm('g2', { addresses: [] })] },
    'VM g2 has no address; add it to guests.addresses of the site file',
  ],
  [
    'clients, which are planned but cannot be run yet',
    { ...plan, actions: [{ id: 'c', kind: 'add-clients', clientType: 'cpu', count: 4, dueMs: 0 }, ...plan.actions] },
    inventory,
    'action c (add-clients): clients cannot be run yet; remove it from the plan',
  ],
  [
    'a host that becomes too full',
    plan,
    { ...inventory, hosts: [host('h1'), host('h2', { memoryBytes: GIB })] },
    'host h2 has 1024 MiB of memory, but its VMs need 2048 MiB after action one',
  ],
  [
    'a host that is too full from the beginning',
    plan,
    { ...inventory, hosts: [host('h1', { memoryBytes: 3 * GIB }), host('h2')] },
    'host h1 has 3072 MiB of memory, but its VMs need 4096 MiB at time zero',
  ],
])('%s is one problem', (_what, planned, there, problem) => {
  expect(preflightProblems(planned, there, true)).toEqual([problem]);
});

test('an emulated site needs a QEMU that does not corrupt memory; another one does not', () => {
  const old = { ...inventory, hosts: [host('h1', { versions: { qemu: '7.2.0' } }), host('h2')] };
  expect(preflightProblems(plan, old, true)).toEqual([expect.stringContaining('h1 runs QEMU 7.2.0')]);
  expect(preflightProblems(plan, old, false)).toEqual([]);
});

test('all problems are named at once', () => {
  const nothing = { ...inventory, hosts: [], vms: [] };
  expect(preflightProblems(plan, nothing, false)).toHaveLength(4);
});
