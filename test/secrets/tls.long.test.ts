import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { droverHome } from '../../client/home';
import { packagePath } from '../../client/package-path';
import { CampaignWorld, type Ended } from '../campaigns/campaign-world';
import { ending, type Ran } from '../client/command-line';
import { simulatedLabForTest, type TestLab } from '../lab/simulated/use-simulated-lab';
import { temporalBinary } from '../temporal-binaries';
import { needlesIn } from './needles';
import { readHistories } from './read-histories';
import { searchFiles } from './search-files';
import { openTlsFront, type TlsFront } from './tls-front';
import { ProcessWatch } from './watch-processes';

jest.setTimeout(300_000);

const PLACEMENT = { h1: ['g1'], h2: ['g2'] };

describe('a Temporal server that admits only who has the client key', () => {
  let root: string;
  let lab: TestLab;
  let world: CampaignWorld;
  let front: TlsFront;
  let watch: ProcessWatch;
  let ended: Ended;
  const given = new Set<number>();

  const runNode = async (args: readonly string[], env: Readonly<Record<string, string>>): Promise<Ran> => {
    const all = {
      ...process.env,
      DROVER_HOME: join(world.directory, 'home'),
      DROVER_SITES: lab.paths.siteFile,
      ...env,
    };
    const child = spawn(process.execPath, args, { env: all });
    given.add(child.pid ?? 0);
    return ending(child);
  };
  const status = (env: Readonly<Record<string, string>>): Promise<Ran> =>
    runNode([packagePath('dist', 'client', 'main.js'), 'status'], env);

  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'drover-tls-'));
    // Before the lab, which has a home of its own.
    const fromSetUp = { home: droverHome(), temporal: temporalBinary('temporal') };
    lab = await simulatedLabForTest({ hosts: 2, vms: 2, memoryMib: 16 }, 'tls');
    world = await CampaignWorld.open(join(root, 'world'), lab.paths.siteFile, fromSetUp);
    front = await openTlsFront(Number(world.address.split(':')[1]), join(root, 'front'));
    watch = new ProcessWatch(front.needles, (pid) => given.has(pid));
    given.add(world.startWorker({ ...front.env, DROVER_LOG_LEVEL: 'trace' }).pid);
    const pattern = { kind: 'ring', migrations: 2, every: 2 };
    const measure = { background: 1, probePeriod: '50ms', prompt: '150ms' };
    const spec = { site: lab.name, placement: PLACEMENT, pattern, measure };
    ended = await world.end(await world.startCampaign(spec, 'tls'), 60_000);
  });
  afterAll(async () => {
    watch.stop();
    await front.close();
    await world.close();
    await lab.remove();
    rmSync(root, { recursive: true, force: true });
  });

  test('is used by worker and command line with it, and by neither without it', async () => {
    expect(ended.results.migrations.map(({ outcome }) => outcome)).toEqual(['succeeded', 'succeeded']);
    expect(front.admitted()).toBeGreaterThan(0);
    expect(await status(front.env)).toMatchObject({ code: 0, out: expect.stringContaining('tls') as string });
    const admitted = front.admitted();
    const { TEMPORAL_TLS_CLIENT_KEY_DATA: _key, TEMPORAL_TLS_CLIENT_CERT_DATA: _cert, ...without } = front.env;
    const refused = await status(without);
    expect(refused).toMatchObject({ code: 3, err: expect.stringContaining('no Temporal server') as string });
    expect(front.admitted()).toBe(admitted);
  });

  test('whose key is broken is refused by worker and command line in words that do not show it', async () => {
    const key = front.env['TEMPORAL_TLS_CLIENT_KEY_DATA'] ?? '';
    const env = { ...front.env, TEMPORAL_TLS_CLIENT_KEY_DATA: key.replace(/\n.{20}/, '\n####################') };
    for (const ran of [await status(env), await runNode([packagePath('dist', 'worker', 'main.js')], env)]) {
      expect(ran).toMatchObject({ code: 2, err: expect.stringContaining('TEMPORAL_TLS_CLIENT_KEY') as string });
      expect(needlesIn(Buffer.from(`${ran.out}${ran.err}`), front.needles)).toEqual([]);
    }
  });

  test('leaves its key in no history, result, database, log, state or process', async () => {
    watch.stop();
    const histories = await readHistories(world.address);
    expect(histories.length).toBeGreaterThan(3);
    expect(needlesIn(Buffer.concat(histories), front.needles)).toEqual([]);
    expect(readFileSync(join(world.directory, 'worker-1.log'), 'utf8')).toMatch(/"level":(10|20)/);
    expect(await searchFiles(world.directory, front.needles)).toEqual([]);
    expect(watch.looks).toBeGreaterThan(10);
    expect([...watch.found]).toEqual([]);
  });
});
