import { setTimeout as sleep } from 'node:timers/promises';
import { tendProcesses, type TendedProcess } from '../../client/tend-processes';
import type { BackgroundState } from '../../lab/background-process';

/** One that a test ends, and that may refuse to start. */
class FakeProcess implements TendedProcess {
  readonly log = '/home/worker.log';
  starts = 0;
  is: BackgroundState = 'runs';
  /** So many starts fail first. */
  failures = 0;

  constructor(readonly name: string) {}

  state(): BackgroundState {
    return this.is;
  }

  async start(): Promise<void> {
    this.starts += 1;
    const fails = this.starts <= this.failures;
    this.is = fails ? 'ended' : 'runs';
    return fails ? Promise.reject(new Error('the port is taken')) : Promise.resolve();
  }
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(2);
}

test('what ends is started again, and it is said; the others are left alone', async () => {
  const [worker, server] = [new FakeProcess('worker'), new FakeProcess('Temporal server')];
  const said: string[] = [];
  const tending = tendProcesses([server, worker], (line) => said.push(line), 2);
  worker.is = 'ended';
  await until(() => worker.state() === 'runs');
  worker.is = 'ended';
  await until(() => worker.state() === 'runs');
  await tending.close();
  worker.is = 'ended';
  await sleep(20);
  expect([worker.starts, server.starts, worker.is, tending.gaveUp.aborted]).toEqual([2, 0, 'ended', false]);
  expect(said).toHaveLength(2);
  expect(said[0]).toMatch(/^\d\d:\d\d:\d\d UTC: the worker ended unasked; another one goes on .*worker\.log\)$/);
});

test('one that does not stay is given up, with a place to look', async () => {
  const worker = new FakeProcess('worker');
  const tending = tendProcesses([worker], () => undefined, 2);
  const { gaveUp } = tending;
  Object.assign(worker, { is: 'ended', failures: Infinity });
  await until(() => gaveUp.aborted);
  await tending.close();
  expect(worker.starts).toBe(3);
  expect(gaveUp.reason).toBe('the worker ended unasked again and again; its log is /home/worker.log');
});

test('what somebody stopped stays stopped; what needs another one waits for it', async () => {
  const [server, worker, stopped] = [new FakeProcess('server'), new FakeProcess('worker'), new FakeProcess('other')];
  let seen = 0;
  const tending = tendProcesses([server, worker, stopped], () => undefined, 2);
  stopped.is = 'stopped';
  Object.assign(server, { is: 'ended', failures: 2 });
  worker.is = 'ended';
  jest.spyOn(worker, 'start').mockImplementation(() => {
    worker.is = 'runs';
    seen = server.starts;
    return Promise.resolve();
  });
  await until(() => worker.state() === 'runs');
  await tending.close();
  expect([seen, stopped.starts]).toEqual([3, 0]);
});

test('a state that cannot be read ends the tending with a reason, not the program', async () => {
  const worker = new FakeProcess('worker');
  jest.spyOn(worker, 'state').mockImplementation(() => {
    throw new Error('worker.json is damaged');
  });
  const tending = tendProcesses([worker], () => undefined, 2);
  await until(() => tending.gaveUp.aborted);
  await tending.close();
  expect(tending.gaveUp.reason).toBe('worker.json is damaged');
});
