import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AgentEvent } from '../../agents/agent-event';
import { parseAgentStatus } from '../../agents/agent-status';
import { createLocalProber } from '../../agents/local-prober';
import { createSshAgents } from '../../agents/ssh-agents';
import { createSshShell } from '../../remote/ssh-shell';
import type { RemoteShell, SshTarget } from '../../remote/types';
import { openTestLab, type TestLab } from '../lab/kvm/test-lab';
import { useBuiltAgent } from './use-built-agent';

jest.setTimeout(240_000);

const { program, home } = useBuiltAgent();
let lab: TestLab;
let shell: RemoteShell;
const events: AgentEvent[] = [];

beforeAll(async () => {
  lab = await openTestLab(2, 2);
  shell = createSshShell();
});

afterAll(async () => {
  await shell.close();
  await lab.down();
});

test('real guests and hosts answer probes, keep their load, and are left as they were', async () => {
  const guests = { g1: lab.guest('g1'), g2: lab.guest('g2') };
  const { hosts } = lab.config;
  const agents = createSshAgents({ shell, guests, hosts, program, onEvent: (event) => events.push(event) });
  const request = {
    campaignId: 'proof',
    vms: ['g1', 'g2'],
    hosts: ['h1', 'h2'],
    load: {
      g1: { dirty: { workingSetMib: 32, mibPerS: 4.5, pattern: 'sequential' as const } },
      g2: { cpu: { percent: 20 }, lock: { mib: 24 } },
    },
    leaseS: 120,
  };
  const everywhere: readonly SshTarget[] = [...Object.values(guests), ...Object.values(hosts)];
  const output = async (target: SshTarget, command: string): Promise<string> =>
    (await shell.exec(target, command)).stdout.trim();

  const targets = await agents.start(request);
  expect(targets.map(({ name, port }) => [name, port])).toEqual([
    ['g1', 7707],
    ['g2', 7707],
    ['h1', 7707],
    ['h2', 7707],
  ]);
  const prober = createLocalProber({ directory: join(home(), 'probers', 'proof'), program, vantage: 'here' });
  await prober.ensure(targets, 10, 60);
  await agents.start(request);
  await sleep(5_000);
  await prober.stop();
  const { records, gaps } = await prober.collect(null);
  await prober.remove();
  expect(gaps).toEqual([]);
  for (const { name } of targets) {
    const own = records.filter(({ target }) => target === name);
    expect(own.length).toBeGreaterThan(100);
    expect(own.filter(({ answeredAtMs }) => answeredAtMs !== null).length / own.length).toBeGreaterThan(0.9);
  }

  const status = async () =>
    parseAgentStatus(
      await output(guests.g1, '/run/drover-agents/proof/drover-agent-* status /run/drover-agents/proof/dirty'),
    );
  const { fields } = await status();
  const rates = (fields['history_mib_per_s'] ?? '').split(',').slice(2).map(Number);
  expect(rates.length).toBeGreaterThan(1);
  // A stalled guest does less than it should; it never makes up for it.
  expect(Math.max(...rates)).toBeLessThan(4.5 * 1.3);
  expect(Math.max(...rates)).toBeGreaterThan(4.5 * 0.5);

  const loadOfG2 = async (name: string) =>
    parseAgentStatus(
      await output(guests.g2, `/run/drover-agents/proof/drover-agent-* status /run/drover-agents/proof/${name}`),
    ).fields;
  expect(await loadOfG2('lock')).toMatchObject({ ready: '1', mib: '24', achieved_mib: '24' });
  const busy = (await loadOfG2('cpu'))['history_percent']?.split(',').map(Number) ?? [];
  expect(Math.max(...busy)).toBeLessThan(20 * 1.3);
  expect(Math.max(...busy)).toBeGreaterThan(20 * 0.5);

  await output(guests.g1, `kill -9 ${fields['pid'] ?? ''}`);
  await agents.renew(request);
  expect(events.map(({ kind, machine }) => [kind, machine])).toEqual([['restarted', 'VM g1']]);
  expect(await status()).toMatchObject({ running: true });

  await agents.remove(request);
  expect(events).toHaveLength(1);
  for (const target of everywhere) {
    expect(await output(target, 'ls -d /run/drover-agents /dev/shm/drover-agents 2>/dev/null')).toBe('');
    expect(await output(target, 'ps | grep "[d]rover-agent"')).toBe('');
  }
});
