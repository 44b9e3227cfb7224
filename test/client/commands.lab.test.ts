import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CampaignStatus } from '../../client/campaign-status';
import { CommandLine, ending, type Ran } from './command-line';

jest.setTimeout(240_000);

const spec = (rounds: number, placement = '{ h1: [g1], h2: [g2], h3: [] }'): string => `site: lab
placement: ${placement}
pattern: { kind: ring, rounds: ${String(rounds)}, every: 4s }
measure: { background: 1s }
`;

let drover: CommandLine;
let worker: ChildProcess | null = null;
const run = (...args: string[]): Promise<Ran> => drover.run(...args);

beforeAll(async () => {
  drover = new CommandLine();
  for (const begun of [
    await run('server'),
    await run('lab', 'up', '--kind', 'simulated', '--hosts', '3', '--vms', '3'),
  ])
    if (begun.code !== 0) throw new Error(begun.err);
  drover.file('good.yaml', spec(2));
  drover.file('long.yaml', spec(50));
  // A VM of 256 MiB needs more than a second on the lab's link: this one never leaves its host.
  drover.file('hasty.yaml', `${spec(50, '{ h3: [g3], h1: [] }')}options: { deadline: 200ms }\n`);
});

afterAll(async () => {
  if (worker?.exitCode === null) {
    worker.kill('SIGTERM');
    await once(worker, 'exit');
  }
  await run('lab', 'down', '--name', 'lab');
  await run('server', '--stop');
  drover.remove();
});

async function statusOf(id: string): Promise<CampaignStatus> {
  return JSON.parse((await run('status', id, '--json')).out) as CampaignStatus;
}

async function reached(id: string, isThere: (status: CampaignStatus) => boolean): Promise<CampaignStatus> {
  for (;;) {
    const status = await statusOf(id);
    if (isThere(status)) return status;
    if (status.state !== 'running') throw new Error(`${id} ended as ${status.state}: ${status.failure ?? ''}`);
    await sleep(300);
  }
}

const isUnderWay = ({ progress }: CampaignStatus): boolean => progress?.phase === 'running';

test('sites: the labs of this machine, and every problem of a site file with its line', async () => {
  expect(await run('sites')).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^lab +simulated +yes +4 /m) as string,
  });
  drover.file('bad-sites.yaml', 'sites:\n  a: { kind: libvrt }\n  b: { kind: simulated, url: nowhere }\n');
  const bad = await run('sites', '--site-file', 'bad-sites.yaml');
  expect(bad).toMatchObject({
    code: 2,
    err: expect.stringMatching(/:2:\d+: sites\.a\.kind.*\n.*:3:\d+: sites\.b\.url/) as string,
  });
  expect(await run('worker', '--site-file', 'bad-sites.yaml')).toMatchObject({ code: 2, err: bad.err });
});

test('plan: a long one is printed whole, also into a pipe', async () => {
  const lines = Array.from({ length: 9_999 }, (_, index) => `1 migrate g1 ${index % 2 === 0 ? 'h2' : 'h1'}`);
  const { code, out } = await run(
    'plan',
    drover.file('big.txt', ['h1:g1 h2:', ...lines, '1 end'].join('\n')),
    '--json',
  );
  expect(code).toBe(0);
  const { actions } = JSON.parse(out) as { actions: readonly object[] };
  expect(actions).toHaveLength(10_000);
  expect(actions.at(-1)).toEqual({ id: 'a10000', kind: 'end', due_ms: 10_000_000 });
});

test('check: ready, not ready, bad spec, unreachable', async () => {
  expect(await run('check', 'good.yaml')).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^Site lab is ready/) as string,
  });
  const missing = await run('check', drover.file('missing.yaml', spec(2, '{ h1: [g9], h2: [] }')));
  expect(missing).toMatchObject({
    code: 2,
    err: expect.stringMatching(/not ready:\n +VM g9 is not on this site/) as string,
  });
  expect(await run('check', drover.file('typo.yaml', 'sit: lab\n'))).toMatchObject({ code: 2 });
  drover.file('gone.yaml', "sites: { gone: { kind: simulated, url: 'http://127.0.0.1:9' } }\n");
  const gone = drover.file('at-gone.yaml', spec(2).replace('site: lab', 'site: gone'));
  expect(await run('check', gone, '--site-file', 'gone.yaml')).toMatchObject({ code: 3 });
  expect(await run('check', gone)).toMatchObject({
    code: 2,
    err: expect.stringMatching(/no site gone; known: lab/) as string,
  });
});

test('without a worker: what waits is told, and nothing hangs', async () => {
  const noWorker = expect.stringContaining('no worker polls the task queue') as string;
  expect(await run('run', 'good.yaml', '--id', 'first', '--detach')).toMatchObject({ code: 0, out: noWorker });
  expect(await run('status', 'first')).toMatchObject({ code: 3, out: noWorker });
  expect(await run('status')).toMatchObject({ code: 0, out: noWorker });
  expect(await run('pause', 'first')).toMatchObject({ code: 3, err: noWorker });
  expect(await run('run', 'good.yaml', '--id', 'first')).toMatchObject({ code: 2 });
  const typo = await run('pause', 'frist');
  expect(typo).toMatchObject({
    code: 2,
    err: expect.stringMatching(/did you mean "first"\?\)\nrunning: first/) as string,
  });
});

test('a campaign is paused, changed, resumed and watched to its end', async () => {
  worker = drover.start('worker');
  worker.stdout?.resume();
  worker.stderr?.resume();
  // Before time zero, so that on a slow machine too nothing has begun.
  await reached('first', ({ progress }) => progress !== null);
  expect(await run('pause', 'first')).toMatchObject({ code: 0, out: expect.stringMatching(/^paused/) as string });
  await reached('first', ({ progress }) => progress?.paused === true && progress.next !== null);
  expect((await run('status', 'first')).out).toMatch(/State: +paused/);
  expect(await run('skip', 'first', 'a00004')).toMatchObject({ code: 0, out: 'a00004 will be skipped\n' });
  expect(await run('skip', 'first', 'a00044')).toMatchObject({
    code: 2,
    err: expect.stringMatching(/did you mean "a00004"/) as string,
  });
  expect(await run('skip', 'first', 'a00005')).toMatchObject({
    code: 1,
    err: expect.stringMatching(/refused: the end/) as string,
  });
  expect(await run('retry', 'first', 'a00005')).toMatchObject({ code: 1 });
  expect(await run('resume', 'first')).toMatchObject({ code: 0, out: expect.stringMatching(/^resumed/) as string });
  const watched = await run('watch', 'first');
  expect(watched).toMatchObject({
    code: 0,
    out: expect.stringMatching(/completed: 3 of \d migrations.*\nReport: /) as string,
  });
  expect((await run('status', 'first')).out).toMatch(/State: +completed\n/);
  expect(await run('resume', 'first')).toMatchObject({
    code: 1,
    err: expect.stringMatching(/is over \(completed\)/) as string,
  });
});

test('a migration that failed is retried; Ctrl-C stops following only; abort ends with code 1', async () => {
  const following = drover.start('run', 'hasty.yaml', '--id', 'second');
  const followed = ending(following);
  await once(following.stdout as NodeJS.ReadableStream, 'data');
  await reached('second', isUnderWay);
  following.kill('SIGINT');
  expect(await followed).toMatchObject({ code: 130, out: expect.stringMatching(/second goes on/) as string });
  const first = ({ progress }: CampaignStatus) => progress?.last.find(({ actionId }) => actionId === 'a00001');
  // On a slow machine the next ones have ended too by then.
  expect(first(await reached('second', (status) => first(status) !== undefined))).toMatchObject({
    outcome: 'not-converged',
  });
  expect(await run('retry', 'second', 'a00001')).toMatchObject({ code: 0 });
  expect(await run('abort', 'second')).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^no further action/) as string,
  });
  expect(await run('watch', 'second')).toMatchObject({
    code: 1,
    out: expect.stringMatching(/aborted: .*\nReport: /) as string,
  });
});

test('cancel ends with code 1, a site that is not ready with 1, one that no worker knows with 2', async () => {
  expect(await run('run', 'long.yaml', '--id', 'third', '--detach')).toMatchObject({ code: 0 });
  await reached('third', isUnderWay);
  expect(await run('cancel', 'third')).toMatchObject({ code: 0 });
  expect(await run('watch', 'third')).toMatchObject({ code: 1 });
  expect(await run('run', 'missing.yaml')).toMatchObject({
    code: 1,
    err: expect.stringMatching(/VM g9 is not on this site/) as string,
  });
  expect(await run('run', 'at-gone.yaml')).toMatchObject({
    code: 2,
    err: expect.stringMatching(/^site: is not in the site file of this worker; found gone; allowed: lab/) as string,
  });
  expect((await run('status')).out).toMatch(/^third +(aborted|cancelled) /m);
});

test('a server that is away is told, with code 3', async () => {
  expect(await run('server', '--stop')).toMatchObject({ code: 0 });
  expect(await run('status', 'first')).toMatchObject({
    code: 3,
    err: expect.stringMatching(/no Temporal server at/) as string,
  });
});
