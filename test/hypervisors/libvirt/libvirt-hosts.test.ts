import { createLibvirtHosts } from '../../../hypervisors/libvirt/libvirt-hosts';
import type { RemoteShell } from '../../../remote/types';

const target = { host: 'h1', port: 22, user: 'root', privateKey: '', knownHosts: '' };
const config = { hosts: { h1: target }, migrateUri: '', addresses: {} };
/** The host's clock is ahead by this much. */
const OFFSET_MS = 30_000;
const SLOW_MS = 400;

/** A host that tells its clock at once, in two pieces, and then takes long. */
function slowHost(tellsAtOnce: boolean): RemoteShell {
  const exec: RemoteShell['exec'] = async (_target, _command, options) => {
    const pieces = ['\u001Eclo', `ck\n${((Date.now() + OFFSET_MS) / 1_000).toFixed(6)}\n`, '\u001Estate\nrunning\n'];
    if (tellsAtOnce) for (const piece of pieces) options?.onOutput?.(piece);
    await new Promise((resolve) => setTimeout(resolve, SLOW_MS));
    return { code: 0, signal: null, stdout: pieces.join(''), stderr: '' };
  };
  return { exec, copy: () => Promise.resolve(), close: () => Promise.resolve() };
}

test("what a script does after it read its host's clock does not count for the difference of the clocks", async () => {
  const { clockOffsetMs, sections } = await createLibvirtHosts(config, slowHost(true)).ask('h1', '', [], {
    timeoutMs: 1,
  });
  expect(Math.abs(clockOffsetMs - OFFSET_MS)).toBeLessThan(50);
  expect(sections.get('state')).toBe('running\n');
});

test('without word of when it was read, it was half-way', async () => {
  const { clockOffsetMs } = await createLibvirtHosts(config, slowHost(false)).ask('h1', '', [], { timeoutMs: 1 });
  expect(Math.abs(clockOffsetMs - (OFFSET_MS - SLOW_MS / 2))).toBeLessThan(50);
});
