import { createLibvirtHosts } from '../../../hypervisors/libvirt/libvirt-hosts';
import { createFindRunningMigrations } from '../../../hypervisors/libvirt/running-migrations';
import type { RunningMigration } from '../../../hypervisors/types';
import { FakeHosts, FROZEN, type FakeVirsh } from './fake-hosts';
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

test('if no host answers, that is a failure that names all of them', async () => {
  const unasked: string[] = [];
  const running = find({ h1: null, h2: FROZEN });
  await expect(running((host) => unasked.push(host))).rejects.toThrow(/h1.* h2/);
  expect(unasked).toEqual([]);
});
