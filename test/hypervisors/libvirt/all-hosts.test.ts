import { createLibvirt } from '../../../hypervisors/libvirt/create-libvirt';
import { allHosts } from '../../../hypervisors/libvirt/all-hosts';
import { HypervisorError } from '../../../hypervisors/types';
import { RemoteError } from '../../../remote/remote-error';
import type { RemoteShell, SshTarget } from '../../../remote/types';

const target = (host: string): SshTarget => ({ host, port: 22, user: 'root', privateKey: '', knownHosts: '' });

/** A way to hosts on which nobody gets through. */
const shell: RemoteShell = {
  exec: ({ host }: SshTarget) =>
    Promise.reject(new RemoteError(host === 'b' ? 'host-key' : 'unreachable', `${host} cannot be reached.`)),
} as unknown as RemoteShell;

test('an inventory names every host that cannot be asked, and why', async () => {
  const hosts = { h1: target('a'), h2: target('b'), h3: target('c') };
  const driver = createLibvirt({ hosts, migrateUri: 'qemu+ssh://{host}/system', addresses: {} }, shell);
  const error: unknown = await driver.inventory().catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({
    code: 'host-key',
    retryable: false,
    message: 'Host h1: a cannot be reached. Host h2: b cannot be reached. Host h3: c cannot be reached.',
  });
  expect((error as HypervisorError).hint).toMatch(/Is the host up.*Compare the fingerprint/);
});

test('a single failure stays what it is, and a fault of ours is not hidden', async () => {
  const failure = new HypervisorError('timeout', 'Host h1: too slow.', true, 'Wait.');
  await expect(allHosts([Promise.resolve(1), Promise.reject(failure)])).rejects.toBe(failure);
  const fault = new TypeError('x is undefined');
  await expect(allHosts([Promise.reject(failure), Promise.reject(fault)])).rejects.toBe(fault);
  await expect(allHosts([Promise.resolve(1), Promise.resolve(2)])).resolves.toEqual([1, 2]);
});
