import { createLibvirt } from '../../../hypervisors/libvirt/create-libvirt';
import type { Hypervisor, MigrationEnd } from '../../../hypervisors/types';
import { FakeHosts } from './fake-hosts';

const UUID = '00000000-0000-4000-9000-000000000001';
const INTENT = { id: 'c.a1.1', vm: 'g1', from: 'h1', to: 'h2', options: {} };
const BASELINE = { takenAtMs: 0, host: 'h1', evidence: { uuid: UUID, sourceId: 3, targetId: null } };
const HANDLE = { intent: INTENT, requestedAtMs: 1, provenance: 'observed', reference: { uuid: UUID } } as const;
/** An intent that virsh refused. */
const REFUSED = {
  begin: '1800000000.5\n',
  end: '1800000009\n',
  rc: '1\n',
  out: "error: unable to connect to server at 'h2:16509': No route to host\n",
};

/** A host that has the VM in this state, under this id; it has no job. */
const has = (id: string, state: string): string => `case "$*" in
*"list --all"*) echo "${UUID} g1";;
*) printf '\\036id\\n${id}\\n\\036state\\n${state}\\n\\036job\\nJob type: None\\n\\036completed\\nJob type: None\\n';;
esac`;
const RUNS_ON = has('3', 'running (booted)');
const IS_OFF = has('-', 'shut off (unknown)');
const ARRIVED = has('7', 'running (migrated)');
const NOTHING = 'exit 0';

let fake: FakeHosts;
let driver: Hypervisor;
const open = (h1: string | null, h2: string | null): void => {
  fake = new FakeHosts({ h1, h2 });
  driver = createLibvirt(fake.config, fake.shell);
};
afterEach(() => fake.remove());

const watch = async (): Promise<MigrationEnd> =>
  driver.watchMigration(HANDLE, BASELINE, { signal: AbortSignal.timeout(4_000) });

describe('the target is down for good', () => {
  const failed = { state: 'failed', code: 'unreachable', provenance: 'recovered' };

  test('a migration that its source says has failed, has failed', async () => {
    open(RUNS_ON, null);
    fake.mark('h1', INTENT.id, 'begun', REFUSED);
    expect(await watch()).toMatchObject({ ...failed, finishedAtMs: 1_800_000_009_000 });
    expect(await driver.findMigration(INTENT, BASELINE)).toMatchObject({ state: 'ended', end: failed });
  });

  test('one whose VM is gone is asked for again', async () => {
    open(IS_OFF, null);
    fake.mark('h1', INTENT.id, 'begun', REFUSED);
    const error = { code: 'unreachable', retryable: true, message: expect.stringContaining('h2') as string };
    await expect(driver.findMigration(INTENT, BASELINE)).rejects.toMatchObject(error);
  });

  test('an intent that was never submitted need not wait for it', async () => {
    open(RUNS_ON, null);
    expect(await driver.findMigration(INTENT, BASELINE)).toEqual({ state: 'none', marker: 'absent' });
  });
});

describe('the source was restarted, and its markers are gone', () => {
  test('a submitted migration whose VM arrived has succeeded, with recovered times', async () => {
    open(IS_OFF, ARRIVED);
    fake.log('h2', 'g1', '2026-11-22 15:13:00.250+0000: starting up libvirt version: 11.3.0\n');
    const finishedAtMs = Date.UTC(2026, 10, 22, 15, 13, 0, 250);
    expect(await watch()).toMatchObject({ state: 'succeeded', provenance: 'recovered', finishedAtMs });
  });

  test('who does not know whether it was submitted is told that the VM arrived', async () => {
    open(IS_OFF, ARRIVED);
    const found = await driver.findMigration(INTENT, BASELINE);
    expect(found).toEqual({ state: 'none', marker: 'absent', arrived: true });
  });

  test('what did not arrive is only not there', async () => {
    open(IS_OFF, NOTHING);
    expect(await driver.findMigration(INTENT, BASELINE)).toEqual({ state: 'none', marker: 'absent' });
  });
});
