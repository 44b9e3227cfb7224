import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseSiteFile } from '../../../campaign/spec/site-file';
import { labDown } from '../../../lab/kvm/down';
import { labPaths, type LabDescription } from '../../../lab/kvm/lab-paths';
import { runLabScript } from '../../../lab/kvm/run-lab-script';
import { hostCpuTicks, labAlive, labStatus } from '../../../lab/kvm/status';
import { labUp } from '../../../lab/kvm/up';
import { describeOnKvmLab, KVM_LAB } from './describe-on-kvm-lab';
import { clearDeadTestLabs, processesOf, testLabName } from './test-lab';

jest.setTimeout(300_000);

const TINY = { hosts: 2, vms: 1, log: (): void => undefined };
const [first, second, third] = [testLabName('-a'), testLabName('-b'), testLabName('-c')] as const;
let otherHome = '';

const folder = (name: string): string => labPaths(name, 'bookworm').directory;
const linkExists = (network: string): boolean => existsSync(`/sys/class/net/drover${network.slice('10.'.length)}`);
const mode = (path: string): string => (statSync(path).mode & 0o777).toString(8);
const hostPid = (name: string, host: number): string =>
  readFileSync(join(folder(name), `h${String(host)}`, 'pid'), 'utf8').trim();
/** Runs a shell line in a lab host; throws if it fails. */
const inHost = (name: string, host: number, line: string): string =>
  execFileSync('nsenter', ['-t', hostPid(name, host), '-m', '-u', '-i', '-n', '-p', '--', '/bin/sh', '-c', line], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/root' },
  }).trim();
const expectNothingLeft = async (directory: string, network?: string): Promise<void> => {
  expect(processesOf(directory)).toEqual([]);
  expect(existsSync(directory)).toBe(false);
  expect(readFileSync('/proc/mounts', 'utf8')).not.toContain(directory);
  if (network === undefined) return;
  // The kernel takes a network namespace apart some moments after its last process has ended.
  for (let time = 0; time < 100 && linkExists(network); time += 1) await sleep(100);
  expect(linkExists(network)).toBe(false);
};

/** Nothing else that depends on the home may run meanwhile. */
async function inOtherHome<T>(work: () => Promise<T>): Promise<T> {
  const before = process.env['DROVER_HOME'];
  process.env['DROVER_HOME'] = otherHome;
  try {
    return await work();
  } finally {
    if (before === undefined) delete process.env['DROVER_HOME'];
    else process.env['DROVER_HOME'] = before;
  }
}

describeOnKvmLab(KVM_LAB, () => {
  beforeAll(async () => {
    await clearDeadTestLabs();
    // A home of its own that shares packages and images with the checkout's.
    const root = dirname(labPaths(first, 'bookworm').root);
    otherHome = mkdtempSync(join(tmpdir(), 'drover-home-'));
    symlinkSync(root, join(otherHome, 'root'));
  });

  afterAll(async () => {
    for (const name of [first, second, third]) await labDown(name);
    await inOtherHome(async () => labDown(first));
    rmSync(otherHome, { recursive: true, force: true });
  });

  describe('labs side by side', () => {
    let labs: readonly [LabDescription, LabDescription, LabDescription];

    beforeAll(async () => {
      const pair = await Promise.all([labUp({ ...TINY, name: first }), labUp({ ...TINY, name: second })]);
      labs = [...pair, await inOtherHome(async () => labUp({ ...TINY, name: first }))];
    });

    test('have networks and links of their own, also from different homes', async () => {
      const networks = labs.map(({ network }) => network);
      expect(new Set(networks).size).toBe(3);
      expect(networks.map(linkExists)).toEqual([true, true, true]);
      expect(await Promise.all([first, second].map(labAlive))).toEqual([true, true]);
      expect((await labStatus(first)).split('\n')).toEqual([
        `h1 ${labs[0].network}.0.11: g1 (running)`,
        `h2 ${labs[0].network}.0.12: no VM`,
      ]);
    });

    test('have keys of their own that only their owner can read, and a site file that says where they are', () => {
      const { directory, siteFile } = labPaths(first, 'bookworm');
      const parsed = parseSiteFile(readFileSync(siteFile, 'utf8'), siteFile, directory);
      if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
      const site = parsed.sites[first];
      if (site?.kind !== 'libvirt') throw new Error('not a libvirt site');
      const key = site.ssh.key.slice('file:'.length);
      expect([directory, join(directory, 'ssh'), key, siteFile].map(mode)).toEqual(['700', '700', '600', '600']);
      expect(readFileSync(key, 'utf8')).not.toBe(readFileSync(join(folder(second), 'ssh', 'id_ed25519'), 'utf8'));
      const known = readFileSync(site.ssh.knownHosts, 'utf8').trim().split('\n');
      expect(new Set(known.map((line) => line.split(' ')[2])).size).toBe(3);
      expect(known.map((line) => line.split(/[ ,]/)[0])).toEqual(['h1', 'h2', 'g1']);
    });

    test('their hosts know each other by checked keys, and see nothing of this machine', () => {
      expect(inHost(first, 1, 'ssh h2 hostname')).toBe('h2');
      expect(() => inHost(first, 1, 'ssh -o HostKeyAlias=g1 h2 hostname')).toThrow();
      expect(inHost(first, 1, 'test -e /dev/kvm || echo none')).toBe('none');
      expect(inHost(first, 1, 'ls /')).not.toContain('home');
      expect(() => inHost(first, 1, 'touch /usr/x')).toThrow();
      expect(() => inHost(first, 1, 'touch /img/x')).toThrow();
    });

    test("a busy host's processor time is its own only", async () => {
      const ticks = async (): Promise<readonly number[]> =>
        Promise.all([hostCpuTicks(first, 1), hostCpuTicks(first, 2), hostCpuTicks(second, 1)]);
      const before = await ticks();
      const pid = inHost(first, 1, 'sh -c "while :; do :; done" </dev/null >/dev/null 2>&1 & echo $!');
      await sleep(3_000);
      const running = await ticks();
      inHost(first, 1, `kill -9 ${pid}`);
      const ended = await ticks();
      const [busy = 0, idle = 0, foreign = 0] = running.map((after, index) => after - (before[index] ?? 0));
      expect(busy).toBeGreaterThan(50);
      expect(idle).toBeLessThan(busy * 0.05);
      expect(foreign).toBeLessThan(busy * 0.25);
      // What the host has reaped still counts.
      expect(ended[0]).toBeGreaterThanOrEqual(running[0] ?? Number.NaN);
    });

    test('a name is taken once', async () => {
      await expect(labUp({ ...TINY, name: first })).rejects.toThrow(`lab ${first} is up already`);
    });

    test('a lab whose host 0 is killed is gone at once; the others live on', async () => {
      process.kill(Number(hostPid(first, 0)), 'SIGKILL');
      await sleep(500);
      expect(linkExists(labs[0].network)).toBe(false);
      expect(await labAlive(first)).toBe(false);
      expect(await labStatus(first)).toContain('dead');
      await labDown(first);
      await expectNothingLeft(folder(first), labs[0].network);
      expect(await labAlive(second)).toBe(true);
    });

    test('a host that was killed can be started again, and knows the others by name', async () => {
      process.kill(Number(hostPid(second, 1)), 'SIGKILL');
      await sleep(200);
      await runLabScript(labs[1], ['start_host', '1']);
      const patiently = 'for i in $(seq 100); do ssh h2 hostname && exit; sleep 0.1; done';
      expect(inHost(second, 1, patiently)).toBe('h2');
      expect(await labAlive(second)).toBe(true);
    });

    test('a half-killed lab is not alive, and goes wholly', async () => {
      process.kill(Number(hostPid(second, 1)), 'SIGKILL');
      await sleep(200);
      expect(await labAlive(second)).toBe(false);
      await labDown(second);
      await expectNothingLeft(folder(second), labs[1].network);
    });

    test('a lab whose folder was deleted can still be taken down', async () => {
      await inOtherHome(async () => {
        const directory = folder(first);
        rmSync(directory, { recursive: true });
        expect(processesOf(directory).length).toBeGreaterThan(0);
        await labDown(first);
        await expectNothingLeft(directory, labs[2].network);
      });
    });
  });

  describe('a lab that does not come up', () => {
    test.each([100, 400, 800, 1_600])('leaves nothing when it is interrupted after %i ms', async (afterMs) => {
      const interrupt = new AbortController();
      const up = labUp({ ...TINY, name: third, signal: interrupt.signal });
      setTimeout(() => interrupt.abort(new Error('Ctrl-C')), afterMs);
      await expect(up).rejects.toThrow('Ctrl-C');
      await expectNothingLeft(folder(third));
    });

    test.each([100, 300, 600, 1_200])('leaves nothing when drover was killed %i ms before', async (afterMs) => {
      // The script outlives a drover that is killed: it is what has to be ended.
      const script = runLabScript({ name: third, suite: 'bookworm' }, ['open', '10.118', '10.119']).catch(
        () => 'ended',
      );
      await sleep(afterMs);
      await labDown(third);
      await script;
      await expectNothingLeft(folder(third), '10.118');
    });

    test('is made anew by the next up', async () => {
      await runLabScript({ name: third, suite: 'bookworm' }, ['open', '10.118', '10.119']);
      expect(await labStatus(third)).toContain('there is no lab');
      await labUp({ ...TINY, name: third });
      expect(await labAlive(third)).toBe(true);
      await labDown(third);
      await expectNothingLeft(folder(third), '10.118');
    });
  });
});
