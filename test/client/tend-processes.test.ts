import { setTimeout as sleep } from 'node:timers/promises';
import { tendProcesses, type TendedProcess } from '../../client/tend-processes';

/** One that a test ends, and that may refuse to start. */
class FakeProcess implements TendedProcess {
  readonly log = '/home/worker.log';
  starts = 0;
  isRunning = true;
  stays = true;

  constructor(readonly name: string) {}

  runs(): boolean {
    return this.isRunning;
  }

  async start(): Promise<void> {
    this.starts += 1;
    this.isRunning = this.stays;
    return this.stays ? Promise.resolve() : Promise.reject(new Error('the port is taken'));
  }
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(2);
}

test('what ends is started again, and it is said; the others are left alone', async () => {
  const [worker, server] = [new FakeProcess('worker'), new FakeProcess('Temporal server')];
  const said: string[] = [];
  const tending = tendProcesses([server, worker], (line) => said.push(line), 2);
  worker.isRunning = false;
  await until(() => worker.isRunning);
  worker.isRunning = false;
  await until(() => worker.isRunning);
  await tending.close();
  worker.isRunning = false;
  await sleep(20);
  expect([worker.starts, server.starts, worker.isRunning, tending.gaveUp.aborted]).toEqual([2, 0, false, false]);
  expect(said).toHaveLength(2);
  expect(said[0]).toMatch(/^\d\d:\d\d:\d\d UTC: the worker ended unasked; another one goes on .*worker\.log\)$/);
});

test('one that does not stay is given up, with a place to look', async () => {
  const worker = new FakeProcess('worker');
  const tending = tendProcesses([worker], () => undefined, 2);
  const { gaveUp } = tending;
  Object.assign(worker, { isRunning: false, stays: false });
  await until(() => gaveUp.aborted);
  await tending.close();
  expect(worker.starts).toBe(3);
  expect(gaveUp.reason).toBe('The worker ended unasked again and again; its log is /home/worker.log.');
});
