import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseClock, parseSections, scriptCommand } from '../../../hypervisors/libvirt/host-script';
import { toldFigures } from '../../../hypervisors/libvirt/judge-evidence';
import { SUBMIT } from '../../../hypervisors/libvirt/submit-script';
import { VOID } from '../../../hypervisors/libvirt/void-marker';

const FOR_EVER = '';
const JOB = `Job type:         Completed
Operation:        Outgoing migration
Time elapsed:     20           ms
Total downtime:   7            ms
Data processed:   2.000 MiB
`;
const NOW_S = Math.floor(Date.now() / 1_000);

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'drover-submit-'));
  mkdirSync(join(root, 'bin'));
  mkdirSync(join(root, 'qemu'));
  writeFileSync(join(root, 'qemu', 'g1.pid'), '4711');
  program(
    'virsh',
    `case "$*" in *domid*) [ ! -e ${root}/frozen ] || exit 124; echo 3;; *setmaxdowntime*) exit 124;; *domjobinfo*) cat ${root}/job;; *) echo "$*" >> ${root}/virsh; exit "$(cat ${root}/exit)";; esac`,
  );
  writeFileSync(join(root, 'exit'), '0');
  writeFileSync(join(root, 'job'), JOB);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function program(name: string, script: string): void {
  writeFileSync(join(root, 'bin', name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(root, 'bin', name), 0o755);
}

/** The script as a host of its own would run it. */
function command(script: string, args: readonly string[]): string {
  const path = `PATH=${join(root, 'bin')}:$PATH; export PATH\n`;
  const here = script.replaceAll('/run/libvirt/qemu', join(root, 'qemu'));
  return scriptCommand(`${path}base=${join(root, 'intents')}\n${here}`, args);
}

function submit({ id = 'i1', until = FOR_EVER, pid = '4711', domainId = '3', limit = '' } = {}): string {
  const args = [id, until, 'g1', 'uuid-1', pid, domainId, limit, '--live', 'g1', 'qemu+ssh://h2/system'];
  return execFileSync('sh', ['-c', command(SUBMIT, args)], { encoding: 'utf8' });
}

const voided = (): string => execFileSync('sh', ['-c', command(VOID, ['i1'])], { encoding: 'utf8' });
const virshCalls = (): readonly string[] =>
  existsSync(join(root, 'virsh')) ? readFileSync(join(root, 'virsh'), 'utf8').trim().split('\n') : [];
const fate = (): string => readlinkSync(join(root, 'intents', 'i1', 'fate'));

test.each(['0', '1'])('sets the marker, begins, runs virsh once and leaves its exit code (%s)', (exit) => {
  writeFileSync(join(root, 'exit'), exit);
  const startedMs = Date.now();
  const [said = ''] = submit().split('\u001E');
  const [, begun] = new RegExp(`^begun (\\S+)\nend ${exit}\n$`).exec(said) ?? [];
  expect(Math.abs((parseClock(begun) ?? 0) - startedMs)).toBeLessThan(60_000);
  expect(virshCalls()).toEqual(['-q -c qemu:///system migrate --live g1 qemu+ssh://h2/system']);
  expect(fate()).toBe('begun');
  expect(readFileSync(join(root, 'intents', 'i1', 'rc'), 'utf8').trim()).toBe(exit);
});

test('a success brings its figures on the same channel', () => {
  const startedMs = Date.now();
  const figures = toldFigures(parseSections(submit()));
  expect(figures).toMatchObject({ totalMs: 20, downtimeMs: 7, transferredBytes: 2 * 2 ** 20 });
  const { startedAtMs = 0, finishedAtMs = 0 } = figures ?? {};
  expect(startedAtMs).toBeGreaterThanOrEqual(Math.floor(startedMs));
  expect(finishedAtMs).toBeGreaterThanOrEqual(startedAtMs);
});

test.each([
  ['no job is recorded', ''],
  ['the job recorded is of an earlier, longer migration', JOB.replace('20  ', '90000')],
])('a success of which %s brings none', (_why, job) => {
  writeFileSync(join(root, 'job'), job);
  expect(toldFigures(parseSections(submit()))).toBeNull();
});

test('a failure brings no figures: another migration of the VM may have left some', () => {
  writeFileSync(join(root, 'exit'), '1');
  expect(submit()).toMatch(/^begun \S+\nend 1\n$/);
});

test('an intent that is taken starts nothing', () => {
  submit();
  expect(submit()).toBe('taken\n');
  // Its own migration took the VM away.
  rmSync(join(root, 'qemu', 'g1.pid'));
  expect(submit()).toBe('taken\n');
  expect(virshCalls()).toHaveLength(1);
});

test.each([
  ['by its pid file', { pid: '4712' }],
  ['without a pid file', { pid: '', domainId: '4' }],
])('a VM that was started anew is stale %s: no marker, nothing started', (_how, known) => {
  expect(submit(known)).toBe('stale\n');
  expect(existsSync(join(root, 'intents'))).toBe(false);
  expect(virshCalls()).toEqual([]);
});

test('a VM that has left is stale', () => {
  rmSync(join(root, 'qemu', 'g1.pid'));
  expect(submit()).toBe('stale\n');
});

test('without a pid file the same id is the same VM', () => {
  expect(submit({ pid: '' })).toContain('begun');
});

test('a libvirtd that is frozen when the VM is looked up does not make it stale', () => {
  writeFileSync(join(root, 'frozen'), '');
  expect(submit({ pid: '' })).toBe('silent\n');
  expect(existsSync(join(root, 'intents'))).toBe(false);
});

test('one that is frozen when the downtime limit is set: nothing is asked of it, and the exit code says why', () => {
  expect(submit({ limit: '300' })).toMatch(/^begun \S+\nend 124\n$/);
  expect(virshCalls()).toEqual([]);
});

test('what comes too late leaves no marker', () => {
  expect(submit({ until: String(NOW_S - 10) })).toBe('late\n');
  expect(existsSync(join(root, 'intents'))).toBe(false);
});

test('what is given up first never begins, however late it wakes up; what has begun is not given up', () => {
  mkdirSync(join(root, 'intents', 'i1'), { recursive: true });
  expect(voided()).toContain('void');
  expect(fate()).toBe('void');
  expect(submit()).toBe('taken\n');
  rmSync(join(root, 'intents'), { recursive: true });
  submit();
  expect(voided()).toContain('begun');
  expect(virshCalls()).toHaveLength(1);
});

test.each(['before it looks at the clock', 'after it'])(
  'frozen between its marker and virsh, %s, and given up',
  async (when) => {
    const gate = join(root, 'gate');
    const held = `: > ${root}/held; while [ ! -e ${gate} ]; do sleep 0.01; done`;
    // Both commands exist on every host, and the script runs each between marker and virsh.
    if (when === 'after it') program('ln', `[ "$2" = void ] || { ${held}; }\nexec /bin/ln "$@"`);
    else program('setsid', `${held}\nexec /usr/bin/setsid "$@"`);
    const args = ['i1', FOR_EVER, 'g1', 'uuid-1', '4711', '3', '', '--live', 'g1'];
    const child = spawn('sh', ['-c', command(SUBMIT, args)], { stdio: ['ignore', 'pipe', 'ignore'] });
    let said = '';
    child.stdout.on('data', (text: Buffer) => (said += text.toString('utf8')));
    const over = new Promise((resolve) => child.once('close', resolve));
    while (!existsSync(join(root, 'held'))) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(voided()).toContain('void');
    writeFileSync(gate, '');
    await over;
    expect(said).toBe('late\n');
    expect(virshCalls()).toEqual([]);
    expect(fate()).toBe('void');
  },
);

test('frozen until its time is over: it gives itself up', () => {
  program('setsid', `sleep 2.1\nexec /usr/bin/setsid "$@"`);
  expect(submit({ until: String(Math.floor(Date.now() / 1_000) + 1) })).toBe('late\n');
  expect(fate()).toBe('void');
  expect(virshCalls()).toEqual([]);
});
