import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { droverHome } from '../../client/home';
import { packagePath } from '../../client/package-path';
import { runLabScript } from '../../lab/kvm/run-lab-script';
import { createSshShell } from '../../remote/ssh-shell';
import type { RemoteShell } from '../../remote/types';
import type { MigrationRow } from '../../store/types';
import { CampaignWorld } from '../campaigns/campaign-world';
import { until } from '../campaigns/until';
import { ending, type Ran } from '../client/command-line';
import { describeOnKvmLab, KVM_LAB } from '../lab/kvm/describe-on-kvm-lab';
import { openTestLab, type TestLab } from '../lab/kvm/test-lab';
import { temporalBinary } from '../temporal-binaries';
import { needlesIn, textNeedles } from './needles';
import { plantSite, type PlantedSite } from './planted-site';
import { readHistories } from './read-histories';
import { countFiles, searchFiles } from './search-files';
import { ProcessWatch } from './watch-processes';

jest.setTimeout(1_800_000);

/** Two migrations on the site as it should be; on the others what is then there moves once, or nothing gets so far. */
const spec = (site: string): object => ({
  site,
  placement: site === 'misled' ? { h1: [], h2: ['g1'], h3: ['g2'] } : { h1: ['g1'], h2: ['g2'], h3: [] },
  pattern: { kind: 'ring', migrations: site === 'misled' ? 1 : 2, every: 10 },
  load: { default: { dirty: { workingSetMib: 8, mibPerS: 1 } } },
  measure: { background: 5, sampleEvery: 2, probePeriod: '20ms', prompt: '60ms' },
  options: { deadline: '60s' },
});

describeOnKvmLab(`planted credentials on ${KVM_LAB}`, () => {
  let root: string;
  let lab: TestLab;
  let shell: RemoteShell;
  let site: PlantedSite;
  let world: CampaignWorld;
  let watch: ProcessWatch;
  let inGuest: Buffer;
  const rows: MigrationRow[] = [];
  const histories: Buffer[] = [];
  /** What people read of campaigns that could not be. */
  const refusals = new Map<string, string>();
  const given = new Set<number>();

  /** Runs `drover check`, with the environment that a worker has. */
  const check = async (name: string): Promise<Ran> => {
    const file = join(root, `${name}.json`);
    writeFileSync(file, JSON.stringify(spec(name), null, 2));
    const env = { ...process.env, ...site.env, DROVER_HOME: join(root, 'world', 'home') };
    const args = [packagePath('dist', 'client', 'main.js'), 'check', file, '--site-file', site.siteFile];
    return ending(spawn(process.execPath, args, { env }));
  };
  const isGiven = (pid: number): boolean => {
    if (given.has(pid)) return true;
    // The command line and the program behind it.
    const args = readFileSync(`/proc/${String(pid)}/cmdline`, 'utf8');
    return args.includes('dist/client/main.js\0check') || args.includes('dist/worker/check.js');
  };

  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'drover-secrets-'));
    lab = await openTestLab(3, 2);
    shell = createSshShell();
    site = await plantSite(lab, shell, join(root, 'planted'));
    watch = new ProcessWatch(site.needles, (pid, name) => site.inEnvironment.has(name) && isGiven(pid));
    world = await CampaignWorld.open(join(root, 'world'), site.siteFile, {
      home: droverHome(),
      temporal: temporalBinary('temporal'),
    });
    given.add(world.startWorker({ ...site.env, DROVER_LOG_LEVEL: 'trace' }).pid);

    const whole = await world.startCampaign(spec('rack'), 'whole');
    await until('agents run in a guest', async () => {
      const { stdout } = await shell.exec(lab.guest('g1'), 'cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ; true');
      inGuest = Buffer.from(stdout);
      return stdout.includes('drover-agent');
    });
    for (const name of ['wrong', 'unreadable']) {
      const handle = await world.startCampaign(spec(name), name);
      refusals.set(name, String(await handle.result().catch((error: unknown) => (error as Error).cause)));
    }
    const down = await world.startCampaign(spec('down'), 'down');
    await sleep(15_000);
    const { raw } = await down.describe();
    refusals.set('down', JSON.stringify(raw.pendingActivities));
    await down.terminate();
    rows.push(...(await world.end(whole)).results.migrations);
    rows.push(...(await world.end(await world.startCampaign(spec('misled'), 'misled'))).results.migrations);
    for (const name of ['wrong', 'unreadable', 'down']) {
      const { code, out, err } = await check(name);
      refusals.set(`check ${name}`, `${String(code)} ${out} ${err}`);
    }
    watch.stop();

    histories.push(...(await readHistories(world.address)));
  });
  afterAll(async () => {
    watch.stop();
    await world.close();
    await shell.close();
    await lab.down();
    rmSync(root, { recursive: true, force: true });
  });

  test('the campaigns did what they were to do: all keys were used, and the failures are failures', () => {
    const outcomes = rows.filter(({ kind }) => kind === 'migrate').map(({ outcome }) => outcome);
    expect(outcomes).toEqual(['succeeded', 'succeeded', 'failed']);
    expect(refusals.get('wrong')).toContain('refused the SSH key');
    expect(refusals.get('unreadable')).toContain('cannot be read');
    expect(refusals.get('down')).toContain('.0.99');
    expect(refusals.get('check wrong')).toMatch(/^2 .*refused the SSH key/s);
    expect(refusals.get('check unreadable')).toMatch(/^2 .*cannot be read/s);
    expect(refusals.get('check down')).toMatch(/^3 .*\.0\.99/s);
  });

  test('nothing is in histories, whole or decoded', () => {
    expect(histories.length).toBeGreaterThan(8);
    for (const history of histories) expect(needlesIn(history, site.needles)).toEqual([]);
  });

  test('nothing is in what people read of refusals and failures', () => {
    const texts = [...refusals.values(), ...rows.map((row) => JSON.stringify(row))].join('\n');
    expect(needlesIn(Buffer.from(texts), site.needles)).toEqual([]);
  });

  test("nothing is in results, database, logs and state of this machine, nor in the hosts' own files", async () => {
    for (const part of ['results', 'temporal.db', 'server.log', 'worker-1.log', 'home'])
      expect(existsSync(join(world.directory, part))).toBe(true);
    // A worker that says everything says more than one that does not.
    expect(readFileSync(join(world.directory, 'worker-1.log'), 'utf8')).toMatch(/"level":(10|20)/);
    expect(countFiles(world.directory)).toBeGreaterThan(20);
    expect(await searchFiles(world.directory, site.needles)).toEqual([]);
    expect(await searchFiles(lab.directory, site.needles)).toEqual([]);
  });

  test('nothing is in command lines and environments, here, on hosts and in a guest, but where it was given', () => {
    expect(watch.looks).toBeGreaterThan(60);
    expect([...watch.found]).toEqual([]);
    expect(inGuest.toString()).toContain('drover-agent');
    expect(needlesIn(inGuest, site.needles)).toEqual([]);
  });

  test('what is planted is found: in results, in the database, in a log, in a process', async () => {
    const planted = join(root, 'copy');
    cpSync(world.directory, planted, { recursive: true });
    const key = site.env['PLANTED_HOST_KEY'] ?? '';
    writeFileSync(join(planted, 'results', 'note.json'), JSON.stringify({ data: btoa(`x${key}`) }));
    writeFileSync(join(planted, 'worker-1.log'), JSON.stringify({ key }), { flag: 'a' });
    writeFileSync(join(planted, 'temporal.db'), site.env['TEMPORAL_API_KEY'] ?? '', { flag: 'a' });
    const found = (await searchFiles(planted, site.needles)).map((line) => line.slice(planted.length + 1));
    for (const part of ['results/note.json: host key', 'worker-1.log: host key', 'temporal.db: API key'])
      expect(found).toContainEqual(expect.stringContaining(part));

    const second = new ProcessWatch(site.needles, () => false);
    const child = spawn('sleep', ['30'], { env: { KEY: key } });
    await until('the watch has seen it', () => [...second.found].some((line) => line.startsWith('environ of sleep')));
    child.kill();
    second.stop();
  });

  test('what goes through Temporal is found: in its database and in histories', async () => {
    const decoy = randomBytes(24).toString('base64url');
    const needles = textNeedles('decoy', decoy);
    const handle = await world.startCampaign({ ...spec('rack'), decoy }, 'decoy');
    await expect(handle.result()).rejects.toThrow();
    const decoyed = (await readHistories(world.address)).filter((history) => needlesIn(history, needles).length > 0);
    expect(decoyed).not.toEqual([]);
    const files = (await searchFiles(world.directory, needles)).map((line) => line.slice(world.directory.length + 1));
    expect(files).toContainEqual(expect.stringMatching(/^temporal\.db(-wal)?: decoy/));
  });

  test('a host whose key has changed is refused before any authentication, by its own log', async () => {
    const log = join(lab.directory, 'h1', 'var', 'log', 'sshd-debug.log');
    const restart = `kill $(cat /run/sshd.pid); sleep 1; /usr/sbin/sshd -E /var/log/sshd-debug.log -o LogLevel=DEBUG2`;
    const onH1 = async (line: string): Promise<string> => runLabScript(lab.lab, ['on', '1', 'sh', '-c', line]);
    const keys = 'cd /etc/ssh && mv hostkey hostkey.was && mv hostkey.pub hostkey.pub.was';
    await onH1(`${keys} && ssh-keygen -q -t ed25519 -N '' -f hostkey && { ${restart}; }`);
    const print = (await onH1('ssh-keygen -lf /etc/ssh/hostkey.pub')).split(' ')[1] ?? 'none';
    const refused = await check('rack');
    expect(refused).toMatchObject({ code: 2, err: expect.stringContaining('has changed') as string });
    const [line = ''] = refused.err.split('\n').filter((text) => text.includes('has changed'));
    for (const part of ['host h1', print, join(lab.directory, 'known_hosts')]) expect(line).toContain(part);
    const seen = readFileSync(log, 'utf8');
    expect(seen).toContain('SSH2_MSG_KEXINIT received');
    expect(seen).not.toContain('userauth-request');

    await onH1(`cd /etc/ssh && mv hostkey.was hostkey && mv hostkey.pub.was hostkey.pub && { ${restart}; }`);
    expect(await check('rack')).toMatchObject({ code: 0 });
    expect(readFileSync(log, 'utf8')).toContain('userauth-request');
  });
});
