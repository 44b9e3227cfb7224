import { createLibvirtHosts } from '../../../hypervisors/libvirt/libvirt-hosts';
import { locateVm } from '../../../hypervisors/libvirt/locate-vm';
import { FakeHosts, FROZEN, HANGS, type FakeVirsh } from './fake-hosts';

/** virDomainState and its reason. */
const [RUNNING, OFF, LEFT, INCOMING] = ['1 1', '5 1', '5 4', '3 11'];

/** A host that has g1 in this state, and g2 running. */
const has = (state?: string): string => {
  const [code = '', reason = ''] = state?.split(' ') ?? [];
  const g1 = state === undefined ? '' : `Domain: 'g1'\n  state.state=${code}\n  state.reason=${reason}\n\n`;
  return `cat <<END\n${g1}Domain: 'g2'\n  state.state=1\n  state.reason=1\nEND`;
};

let fake: FakeHosts;
const locate = async (virsh: Readonly<Record<string, FakeVirsh>>): Promise<string | null> => {
  fake = new FakeHosts(virsh);
  return locateVm(createLibvirtHosts(fake.config, fake.shell), 'g1');
};
afterEach(() => fake.remove());

test.each<[string, Readonly<Record<string, FakeVirsh>>, string | null]>([
  ['where it runs, not where it left its definition', { h1: has(LEFT), h2: has(RUNNING) }, 'h2'],
  ['where it runs, not where it arrives', { h1: has(INCOMING), h2: has(RUNNING) }, 'h2'],
  ['where it is defined', { h1: has(), h2: has(OFF) }, 'h2'],
  ['nowhere', { h1: has(), h2: has(LEFT) }, null],
  ['where it runs, though a host is down', { h1: null, h2: has(), h3: has(RUNNING) }, 'h3'],
  ['where it runs, though the libvirtd of a host is frozen', { h1: FROZEN, h2: has(RUNNING) }, 'h2'],
])('finds a VM %s', async (_where, virsh, expected) => {
  expect(await locate(virsh)).toBe(expected);
});

test('does not wait for a host that does not answer once it is found', async () => {
  expect(await locate({ h1: HANGS, h2: has(RUNNING) })).toBe('h2');
});

test.each<[string, string]>([
  ['not to be found', has()],
  ['only defined', has(OFF)],
  ['only arriving, or at its switch-over,', has(INCOMING)],
])('while a host does not answer a VM that is %s on the others may run there', async (_how, other) => {
  const call = locate({ h1: null, h2: other, h3: FROZEN });
  await expect(call).rejects.toMatchObject({
    retryable: true,
    message: expect.stringMatching(/^Host h1: .* Looking for VM g1 on h3: libvirtd/) as string,
  });
});
