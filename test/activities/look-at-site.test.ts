import { hostname } from 'node:os';
import type { SiteConnection } from '../../activities/dependencies';
import { lookAtSite, SiteClosedError } from '../../activities/look-at-site';
import type { AccessProblem } from '../../agents/check-access';
import { HypervisorError, type Inventory, type MigrationOptions } from '../../hypervisors/types';

const plan = { placement: { h1: ['g1'], h2: [] }, actions: [{ id: 'a00001', kind: 'end', dueMs: 0 } as const] };
const host = { cpuModel: 'x', cpus: 1, memoryBytes: 2 ** 30, nics: [], versions: {}, migrationSettings: {} };
const inventory = {
  takenAtMs: 0,
  hosts: ['h1', 'h2'].map((name) => ({ ...host, name })),
  vms: [{ name: 'g1', uuid: 'u', host: 'h1', power: 'off', vcpus: 1, memoryBytes: 2 ** 28, addresses: ['10.0.0.1'] }],
} as Inventory;
const away: AccessProblem = { message: 'VM g1: no answer', unreachable: true };

function site(
  answer: Inventory | HypervisorError,
  access: readonly AccessProblem[],
  vantages?: { readonly names: readonly string[]; readonly problems: readonly AccessProblem[] },
): SiteConnection {
  const asked = answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  return {
    emulated: false,
    hypervisor: {
      inventory: () => asked,
      optionProblems: ({ channels }: MigrationOptions) => (channels === undefined ? [] : ['no channels']),
    },
    agents: { checkAccess: () => Promise.resolve(access) },
    ...(vantages === undefined
      ? {}
      : { vantages: { names: vantages.names, checkAccess: () => Promise.resolve(vantages.problems) } }),
  } as unknown as SiteConnection;
}

test('joins what the inventory and the machines themselves say', async () => {
  const { problems } = await lookAtSite(site(inventory, [away]), plan, {});
  expect(problems).toEqual([{ message: 'VM g1 is off; start it', unreachable: false }, away]);
});

test('options that the hypervisor does not know are problems too', async () => {
  const { problems } = await lookAtSite(site(inventory, []), plan, { channels: 4 });
  expect(problems.map(({ message }) => message)).toEqual(['no channels', 'VM g1 is off; start it']);
});

test('where the inventory cannot be taken, every machine is named that lets nobody in', async () => {
  const failure = new HypervisorError('unreachable', 'h1 does not answer.', true, 'Start it.');
  await expect(lookAtSite(site(failure, [away]), plan, {})).rejects.toThrow(SiteClosedError);
  await expect(lookAtSite(site(failure, []), plan, {})).rejects.toBe(failure);
});

test('a vantage that lets nobody in, or has the name of this machine, is a problem', async () => {
  const refused: AccessProblem = { message: 'vantage roof: no answer', unreachable: true };
  const vantages = { names: ['roof', hostname()], problems: [refused] };
  const { problems } = await lookAtSite(site(inventory, [], vantages), plan, {});
  expect(problems).toEqual([
    { message: 'VM g1 is off; start it', unreachable: false },
    refused,
    {
      message: expect.stringContaining(`vantage ${hostname()} has the name of this machine`) as string,
      unreachable: false,
    },
  ]);
});
