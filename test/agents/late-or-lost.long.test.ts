import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLocalProber } from '../../agents/local-prober';
import { runProgram } from '../../agents/run-program';
import { freePort } from './free-port';
import { useBuiltAgent } from './use-built-agent';

jest.setTimeout(240_000);

const PERIOD_MS = 100;
const STOPPED_MS = 13_000;
const RESOLVED_WITHIN_MS = 10_000;
const { program, home } = useBuiltAgent();

// Few enough probes for the echo's socket to hold them all while it is stopped.
test('an answer that comes within ten seconds is late, one that comes after them is lost', async () => {
  const { path } = await program();
  const [echo, port] = [join(home(), 'echo'), await freePort()];
  const { fields } = await runProgram(path, 'start', 'echo', echo, 'revision=1', 'lease_s=120', `port=${String(port)}`);
  const prober = createLocalProber({ directory: join(home(), 'probers', 'late'), program, vantage: 'here' });
  await prober.ensure([{ name: 'a', kind: 'vm', address: '127.0.0.1', port }], PERIOD_MS, 120);
  await sleep(1_000);
  process.kill(Number(fields['pid']), 'SIGSTOP');
  const stoppedMs = Date.now();
  await sleep(STOPPED_MS);
  const resumedMs = Date.now();
  process.kill(Number(fields['pid']), 'SIGCONT');
  await sleep(1_000);
  await prober.stop();
  const { records } = await prober.collect(null);
  await prober.remove();
  await runProgram(path, 'stop', echo, '1');

  const during = records.filter(({ sentAtMs }) => sentAtMs > stoppedMs + 500 && sentAtMs < resumedMs - 500);
  const lost = during.filter(({ answeredAtMs }) => answeredAtMs === null);
  const late = during.filter(({ answeredAtMs }) => answeredAtMs !== null);
  expect(lost.length).toBeGreaterThan(10);
  expect(late.length).toBeGreaterThan(50);
  for (const { sentAtMs } of lost) expect(resumedMs - sentAtMs).toBeGreaterThan(RESOLVED_WITHIN_MS - 1_500);
  for (const { sentAtMs, answeredAtMs } of late) {
    expect(answeredAtMs).toBeGreaterThanOrEqual(resumedMs - 5);
    expect((answeredAtMs ?? 0) - sentAtMs).toBeLessThanOrEqual(RESOLVED_WITHIN_MS + 1_500);
  }
  expect(lost.at(-1)?.sentAtMs).toBeLessThan(late[0]?.sentAtMs ?? 0);
});
