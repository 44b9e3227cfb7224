import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const LOOP = resolve('bench/ring/shell-loop.sh');
const MOVES = ['g1 h1 h2', 'g2 h3 h4', 'g3 h2 h3', 'g4 h1 h4', 'g5 h4 h1', 'g6 h2 h1'];

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'drover-shell-loop-'));
  // In place of ssh: notes the VM at its begin and end, and fails for g6 if there is a file that says so.
  const ssh = `vm=$(echo "$*" | sed 's/.*--domain \\([^ ]*\\).*/\\1/')
echo "+ $vm" >> ${directory}/log; sleep 0.2; echo "- $vm" >> ${directory}/log
[ "$vm" != g6 ] || [ ! -e ${directory}/fail ]`;
  writeFileSync(join(directory, 'ssh'), `#!/bin/sh\n${ssh}\n`);
  chmodSync(join(directory, 'ssh'), 0o755);
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function loop(perHost: number) {
  const env = { ...process.env, PATH: `${directory}:${process.env['PATH'] ?? ''}` };
  const ran = spawnSync('bash', [LOOP, 'config', String(perHost), '--bandwidth', '5'], {
    env,
    input: MOVES.map((move) => `${move}\n`).join(''),
    encoding: 'utf8',
  });
  return { ...ran, log: readFileSync(join(directory, 'log'), 'utf8').trim().split('\n') };
}

/** The most migrations that a host had at once, by the log of what really ran. */
function mostAtOnce(log: readonly string[]): number {
  const on = new Map<string, number>();
  let most = 0;
  for (const line of log) {
    const [sign, vm = ''] = line.split(' ');
    const [, from = '', to = ''] = MOVES.find((move) => move.startsWith(`${vm} `))?.split(' ') ?? [];
    for (const host of [from, to]) {
      on.set(host, (on.get(host) ?? 0) + (sign === '+' ? 1 : -1));
      most = Math.max(most, on.get(host) ?? 0);
    }
  }
  return most;
}

test.each([1, 2])('carries every move out once, never more than %i a host at once', (perHost) => {
  const { status, stdout, log } = loop(perHost);
  expect(status).toBe(0);
  const done = stdout
    .trim()
    .split('\n')
    .map((line) => line.split(' ').slice(0, 3).join(' '));
  expect(done.toSorted()).toEqual(MOVES.toSorted());
  expect(log).toHaveLength(2 * MOVES.length);
  expect(mostAtOnce(log)).toBeLessThanOrEqual(perHost);
});

test('a migration that fails is named, is no success, and makes the loop fail', () => {
  writeFileSync(join(directory, 'fail'), '');
  const { status, stdout, stderr } = loop(1);
  expect(status).toBe(1);
  expect(stderr).toContain('g6 from h2 to h1 failed');
  expect(stdout.trim().split('\n')).toHaveLength(MOVES.length - 1);
});
