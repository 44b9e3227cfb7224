import { UNKNOWN_HOST } from '../../../campaign/plan/permit-queue';
import { createLibvirtHosts } from '../../../hypervisors/libvirt/libvirt-hosts';
import { createFindRunningMigrations } from '../../../hypervisors/libvirt/running-migrations';
import type { RunningMigration } from '../../../hypervisors/types';
import { FakeHosts, FROZEN, HANGS, type FakeVirsh } from './fake-hosts';
import { LIVE_JOB } from './recorded-jobs';

const UUID = '00000000-0000-4000-9000-000000000001';

/** A host that has g1; `job`: what it says of its job. */
const has = (job = 'Job type: None'): string => `cat <<END
\u001E${UUID}
${job}
\u001Enames
${UUID} g1
END`;
const NOTHING = "printf '\\036names\\n'";

let fake: FakeHosts;
const find = (virsh: Readonly<Record<string, FakeVirsh>>) => {
  fake = new FakeHosts(virsh);
  return createFindRunningMigrations(createLibvirtHosts(fake.config, fake.shell));
};
afterEach(() => fake.remove());

test('shows where a migration comes from and goes to', async () => {
  expect(await find({ h1: has(LIVE_JOB), h2: has(), h3: NOTHING })()).toEqual([{ vm: 'g1', from: 'h1', to: 'h2' }]);
});

test.each<[string, FakeVirsh]>([
  ['cannot be reached', null],
  ['has a frozen libvirtd', FROZEN],
  ['refuses', 'echo "error: access denied" >&2; exit 1'],
])('a host that %s is named, and the others are heard', async (_why, third) => {
  const unasked: string[] = [];
  const running = find({ h1: has(LIVE_JOB), h2: has(), h3: third });
  const found: readonly RunningMigration[] = await running((host) => unasked.push(host));
  expect(found).toEqual([{ vm: 'g1', from: 'h1', to: 'h2' }]);
  expect(unasked).toEqual(['h3']);
  await expect(running()).rejects.toThrow(/h3/);
});

test('if no host answers, all are named', async () => {
  const unasked: string[] = [];
  const running = find({ h1: null, h2: FROZEN });
  expect(await running((host) => unasked.push(host))).toEqual([]);
  expect(unasked.sort()).toEqual(['h1', 'h2']);
  await expect(running()).rejects.toThrow(/h1.* h2/);
});

test('what goes to a host is told by it alone only while the source may be one that does not answer', async () => {
  const incoming = has(LIVE_JOB.replace('Outgoing', 'Incoming'));
  const running = find({ h1: null, h2: incoming, h3: NOTHING });
  expect(await running(() => undefined)).toEqual([{ vm: 'g1', from: UNKNOWN_HOST, to: 'h2' }]);
  fake.set('h1', NOTHING);
  expect(await running(() => undefined)).toEqual([]);
});

test('a host that did not answer is waited for briefly until it does', async () => {
  const running = find({ h1: null, h2: NOTHING });
  const unasked = async (): Promise<readonly string[]> => {
    const hosts: string[] = [];
    await running((host) => hosts.push(host));
    return hosts;
  };
  expect(await unasked()).toEqual(['h1']);
  fake.set('h1', HANGS);
  // The first of these waits a moment, the second finds it still being asked.
  expect(await unasked()).toEqual(['h1']);
  expect(await unasked()).toEqual(['h1']);
});

test('two that ask at once both hear of a host that answers', async () => {
  const running = find({ h1: `sleep 0.3; ${has(LIVE_JOB)}`, h2: has() });
  const unasked: string[] = [];
  const both = await Promise.all([0, 1].map(() => running((host) => unasked.push(host))));
  expect(both).toEqual(Array(2).fill([{ vm: 'g1', from: 'h1', to: 'h2' }]));
  expect(unasked).toEqual([]);
});
