import { createLibvirt } from '../../../hypervisors/libvirt/create-libvirt';
import { FakeHosts } from './fake-hosts';

/** A host without VMs. */
const EMPTY = `case "$4" in
  nodeinfo) printf 'CPU(s): 2\\nMemory size: 4194304 KiB\\n';;
  capabilities) echo '<capabilities><host><cpu><model>qemu64</model></cpu></host></capabilities>';;
esac`;

const hosts = new FakeHosts({ h1: EMPTY, h2: EMPTY });
const driver = createLibvirt(hosts.config, hosts.shell);
afterAll(() => hosts.remove());

test('an inventory says of a host that it can keep no marker, and makes none', async () => {
  hosts.spoilMarkers('h2');
  const { hosts: found } = await driver.inventory();
  expect(found.map(({ name, cannotSend }) => [name, cannotSend])).toEqual([
    ['h1', undefined],
    ['h2', expect.stringMatching(/^\/run\/drover\/intents cannot be written\. The SSH user needs/)],
  ]);
});
