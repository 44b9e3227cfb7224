import { createLibvirt } from '../../../hypervisors/libvirt/create-libvirt';
import { createLibvirtHosts } from '../../../hypervisors/libvirt/libvirt-hosts';
import { lookAtHost } from '../../../hypervisors/libvirt/look-at-host';
import type { Hypervisor, HypervisorError } from '../../../hypervisors/types';
import { FakeHosts, FROZEN } from './fake-hosts';

const UUID = '00000000-0000-4000-9000-000000000001';
const INTENT = { id: 'frozen-libvirtd', vm: 'g1', from: 'h1', to: 'h1', options: {} };
const BASELINE = { takenAtMs: 0, host: 'h1', evidence: { uuid: UUID, sourceId: 3, targetId: null } };
const HANDLE = { intent: INTENT, requestedAtMs: 0, provenance: 'observed', reference: { uuid: UUID } } as const;

let fake: FakeHosts;
let driver: Hypervisor;
beforeEach(() => {
  fake = new FakeHosts({ h1: FROZEN });
  driver = createLibvirt(fake.config, fake.shell);
});
afterEach(() => fake.remove());

const failure = async (call: Promise<unknown>): Promise<HypervisorError> =>
  (await call.then(
    () => null,
    (error: unknown) => error,
  )) as HypervisorError;

const CALLS: readonly (readonly [string, () => Promise<unknown>])[] = [
  ['an inventory', () => driver.inventory()],
  ['where a VM is', () => driver.locate('g1')],
  ['a baseline', () => driver.takeBaseline('g1', 'h1', 'h1')],
  ['the look before a migration', () => driver.prepareMigration(INTENT, BASELINE)],
  ['the look for a migration', () => driver.findMigration(INTENT, BASELINE)],
  ['what runs', () => driver.runningMigrations()],
  ['cancelling', () => driver.cancelMigration(HANDLE)],
  ['forcing the end', () => driver.forceMigration(HANDLE, 'raise-downtime')],
];

test.each(CALLS)('%s: a frozen libvirtd is told by its host, and asked again', async (_what, call) => {
  const error = await failure(call());
  expect(error).toMatchObject({ code: 'timeout', retryable: true });
  expect(error.message).toMatch(/ on h1: libvirtd did not answer within 10 s$/);
});

test('what virsh says of a failure stays what it is', async () => {
  fake.set('h1', `echo "error: access denied" >&2; exit 1`);
  expect(await failure(driver.locate('g1'))).toMatchObject({ code: 'not-permitted', retryable: false });
  fake.set('h1', `echo "error: something nobody has seen" >&2; exit 1`);
  expect(await failure(driver.inventory())).toMatchObject({ code: 'protocol', retryable: false });
  fake.set('h1', 'echo "error: cannot abort" >&2; exit 1');
  const error = await failure(driver.cancelMigration(HANDLE));
  expect(error).toMatchObject({ code: 'protocol', message: 'Cancelling the migration of g1 on h1: cannot abort' });
});

test('a virsh that gives no list at all is not understood', async () => {
  fake.set('h1', 'exit 0');
  expect(await failure(driver.runningMigrations())).toMatchObject({ code: 'protocol', retryable: false });
});

test('a virsh that a signal ended is asked again', async () => {
  fake.set('h1', 'kill -9 $$');
  for (const call of [() => driver.locate('g1'), () => driver.inventory()])
    expect(await failure(call())).toMatchObject({ code: 'unreachable', retryable: true });
});

/** Answers the list, and then does something else. */
const listThen = (then: string): string => `case "$*" in *"list --all"*) echo "${UUID} g1";; *) ${then};; esac`;
const look = async () =>
  lookAtHost(createLibvirtHosts(fake.config, fake.shell), 'h1', { vm: 'g1', uuid: null, intentId: null, logFrom: 0 });

test('a libvirtd that freezes in the middle of a look does not make the VM one in an unknown state', async () => {
  fake.set('h1', listThen(FROZEN));
  expect(await failure(look())).toMatchObject({ code: 'timeout', retryable: true });
});

test('nor does one that goes away there', async () => {
  fake.set('h1', listThen('echo "error: failed to connect to the hypervisor" >&2; exit 1'));
  expect(await failure(look())).toMatchObject({ code: 'unreachable', retryable: true });
});

test('a VM that goes away there is not known to the host', async () => {
  fake.set('h1', listThen(`echo "error: failed to get domain '${UUID}'" >&2; exit 1`));
  expect(await look()).toMatchObject({ uuid: null, domainId: null, state: null });
});

test.each([
  ['a signal', { code: null, signal: 'KILL' }, 'unreachable', true, /Host h1: a command was ended by signal KILL/],
  ['a signal, as the shell says it', { code: 143, signal: null }, 'unreachable', true, /ended by signal 15/],
  ['its deadline', { code: 124, signal: null }, 'timeout', true, /libvirtd did not answer within 10 s/],
  ['itself', { code: 127, signal: null }, 'protocol', false, /a command failed: exit code 127/],
])('a script that was ended by %s', async (_by, ended, code, retryable, message) => {
  const shell = { ...fake.shell, exec: () => Promise.resolve({ ...ended, stdout: '', stderr: '' }) };
  const hosts = createLibvirtHosts(fake.config, shell);
  const error = await failure(hosts.ask('h1', 'true', [], { timeoutMs: 1_000 }));
  expect(error).toMatchObject({ code, retryable });
  expect(error.message).toMatch(message);
});
