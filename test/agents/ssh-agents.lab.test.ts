import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AgentEvent } from '../../agents/agent-event';
import { campaignFolder } from '../../agents/campaign-folder';
import { runProgram } from '../../agents/run-program';
import { createSshAgents, type SshAgentRequest } from '../../agents/ssh-agents';
import { createSshShell } from '../../remote/ssh-shell';
import type { RemoteShell, SshTarget } from '../../remote/types';
import { makeKeyPair, startTestServer, type TestServer } from '../remote/ssh-server';
import { freePort } from './free-port';
import { useBuiltAgent } from './use-built-agent';

jest.setTimeout(240_000);

const { program } = useBuiltAgent();
const hostKey = makeKeyPair();
const userKey = makeKeyPair();
let server: TestServer;
let shell: RemoteShell;
let place = '';
let port = 0;
let events: AgentEvent[] = [];

// This machine as guest g1, reached by a real SSH server, with agents in a folder of the test.
beforeEach(async () => {
  server = await startTestServer(hostKey, userKey);
  shell = createSshShell();
  place = join(await mkdtemp(join(tmpdir(), 'drover-places-')), 'drover agents');
  port = await freePort();
  events = [];
});

afterEach(async () => {
  await agentsOf().remove(request());
  await shell.close();
  await server.stop();
  await rm(join(place, '..'), { recursive: true, force: true });
});

function agentsOf(guests: Record<string, SshTarget> = { g1: server.target() }, places: readonly string[] = [place]) {
  const hosts = { h1: server.target() };
  return createSshAgents({ shell, guests, hosts, program, port, places, onEvent: (event) => events.push(event) });
}

function request(changes: Partial<SshAgentRequest> = {}): SshAgentRequest {
  const dirty = { workingSetMib: 8, mibPerS: 2.5, pattern: 'random' } as const;
  return { campaignId: 'night run', vms: ['g1'], hosts: [], load: { g1: { dirty } }, leaseS: 60, ...changes };
}

async function status(agent: string) {
  const [folder = ''] = await readdir(place);
  return runProgram((await program()).path, 'status', join(place, folder, agent));
}

test('start brings echo and load, waits for the working set, and repeating it changes nothing', async () => {
  const targets = await agentsOf().start(request());
  expect(targets).toEqual([{ kind: 'vm', name: 'g1', address: '127.0.0.1', port }]);
  const before = [await status('echo'), await status('dirty')];
  expect(before.map(({ running }) => running)).toEqual([true, true]);
  expect(before[1]?.fields).toMatchObject({ ready: '1', working_set_mib: '8', mib_per_s: '2.500' });
  await agentsOf().start(request());
  const after = [await status('echo'), await status('dirty')];
  expect(after.map(({ fields }) => fields['pid'])).toEqual(before.map(({ fields }) => fields['pid']));
  expect(events).toEqual([]);
});

test('renew prolongs every lease, starts a killed load again and reports it', async () => {
  await agentsOf().start(request());
  const { fields, renewal } = await status('dirty');
  process.kill(Number(fields['pid']), 'SIGKILL');
  await agentsOf().renew(request());
  expect(events.map(({ kind, machine }) => [kind, machine])).toEqual([['restarted', 'VM g1']]);
  expect(events[0]?.message).toContain('memory load');
  const again = await status('dirty');
  expect(again.running).toBe(true);
  expect(again.fields['pid']).not.toBe(fields['pid']);
  expect(again.renewal).toBeGreaterThan(renewal);
  await agentsOf().renew(request());
  expect(events).toHaveLength(1);
});

test('a load that is not wanted any more ends, the echo stays', async () => {
  await agentsOf().start(request());
  await agentsOf().start(request({ load: { g1: { dirty: null } } }));
  expect((await status('echo')).running).toBe(true);
  expect((await status('dirty')).running).toBe(false);
});

test('remove ends everything and leaves nothing behind; repeating it is harmless', async () => {
  await agentsOf().start(request());
  const pids = [await status('echo'), await status('dirty')].map(({ fields }) => Number(fields['pid']));
  await agentsOf().remove(request());
  expect(existsSync(place)).toBe(false);
  for (const pid of pids) expect(await commandOf(pid)).not.toContain('drover-agent');
  await agentsOf().remove(request());
  expect(events).toEqual([]);
});

test('agents go by themselves when their lease ends, with all they brought', async () => {
  await agentsOf().start(request({ leaseS: 3 }));
  for (let n = 0; n < 100 && existsSync(place); n += 1) await new Promise((resolve) => setTimeout(resolve, 100));
  expect(existsSync(place)).toBe(false);
});

test('a working set that does not fit names the VM, its place and what to change', async () => {
  const dirty = { workingSetMib: 1_000_000, mibPerS: 1, pattern: 'sequential' } as const;
  await expect(agentsOf().start(request({ load: { g1: { dirty } } }))).rejects.toThrow(
    /VM g1 \(tester@127\.0\.0\.1, 1000000 MiB\).*does not fit.*load\.g1\.dirty\.workingSetMib/s,
  );
});

test('a second campaign on the same VM is told whose echo has the port', async () => {
  await agentsOf().start(request());
  const other = request({ campaignId: 'other', load: {} });
  await expect(agentsOf().start(other)).rejects.toThrow(/UDP port \d+ of VM g1 .* campaign night run:/);
  expect(await readdir(place)).toHaveLength(1);
});

test('campaigns that have a host in common have an echo each, which stays where the probes go', async () => {
  const hostsOnly = (campaignId: string) => request({ campaignId, vms: [], hosts: ['h1'], load: {} });
  const [first, other] = [hostsOnly('night run'), hostsOnly('other')];
  const echoOf = async (campaignId: string) =>
    runProgram((await program()).path, 'status', join(place, campaignFolder(campaignId), 'echo'));
  try {
    await agentsOf().start(first);
    const echoes = await agentsOf().start(other);
    expect(echoes).toEqual([{ kind: 'host', name: 'h1', address: '127.0.0.1', port: port + 1 }]);
    await agentsOf().remove(first);
    expect(await agentsOf().start(other)).toEqual(echoes);
    process.kill(Number((await echoOf('other')).fields['pid']), 'SIGKILL');
    await agentsOf().renew({ ...other, echoes });
    expect((await echoOf('other')).fields).toMatchObject({ running: '1', port: String(port + 1) });
  } finally {
    await agentsOf().remove(other);
  }
});

test('a machine out of reach is reported by renew and remove, and does not keep the others from it', async () => {
  const g1 = server.target();
  const gone = { ...g1, port: 1, knownHosts: `[127.0.0.1]:1 ${g1.knownHosts.split(' ').slice(1).join(' ')}` };
  await agentsOf().start(request());
  const { renewal } = await status('echo');
  const agents = agentsOf({ g1, g2: gone });
  await agents.renew(request({ vms: ['g2', 'g1'] }));
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect((await status('echo')).renewal).toBeGreaterThan(renewal);
  await agents.remove(request({ vms: ['g2', 'g1'] }));
  expect(events.map(({ kind, machine }) => [kind, machine])).toEqual([
    ['out-of-reach', 'VM g2'],
    ['left-behind', 'VM g2'],
  ]);
  expect(existsSync(place)).toBe(false);
  await expect(agents.start(request({ vms: ['g2', 'g1'] }))).rejects.toThrow('127.0.0.1:1');
});

test('a program that was changed on the machine is replaced', async () => {
  await agentsOf().start(request());
  const [folder = ''] = await readdir(place);
  const file = (await readdir(join(place, folder))).find((name) => name.startsWith('drover-agent')) ?? '';
  await rm(join(place, folder, file));
  await writeFile(join(place, folder, file), '#!/bin/sh\nexit 9\n', { mode: 0o700 });
  await agentsOf().start(request());
  expect(await readFile(join(place, folder, file))).toEqual(await readFile((await program()).path));
});

test('the next place is taken where the first one cannot be, and an error names all if none can', async () => {
  await agentsOf(undefined, ['/proc/drover-agents', place]).start(request());
  expect((await status('echo')).running).toBe(true);
  await expect(agentsOf(undefined, ['/proc/drover-agents']).start(request())).rejects.toThrow(
    /VM g1 .*\/proc\/drover-agents/,
  );
});

async function commandOf(pid: number): Promise<string> {
  return readFile(`/proc/${String(pid)}/cmdline`, 'utf8').catch(() => '');
}
