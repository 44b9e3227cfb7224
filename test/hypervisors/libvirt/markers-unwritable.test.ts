import { createLibvirt } from '../../../hypervisors/libvirt/create-libvirt';
import { FakeHosts } from './fake-hosts';

const hosts = new FakeHosts({ h2: 'exit 0' });
const driver = createLibvirt(hosts.config, hosts.shell);
afterAll(() => hosts.remove());

test('a host on which no marker can be kept is named before anything starts', async () => {
  hosts.spoilMarkers('h2');
  await expect(driver.inventory()).rejects.toMatchObject({
    code: 'not-permitted',
    message: 'h2: /run/drover/intents cannot be written.',
    retryable: false,
  });
});
