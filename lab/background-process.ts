import { spawn } from 'node:child_process';
import { execFileSync } from 'node:child_process';
import { openSync, closeSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { plainEnvironment } from '../remote/plain-environment';

/** A process that outlives its parent, known by pid and start time, so that a reused pid is never mistaken for it. */
export interface BackgroundProcess {
  readonly pid: number;
  readonly startedAt: string;
  /** What its starter wants to remember, e.g. addresses. */
  readonly notes: Readonly<Record<string, string>>;
}

/**
 * Starts a program in a session of its own, its output in `<home>/<name>.log`, and remembers it in `<home>/<name>.json`.
 * `env` null: it needs nothing of ours, so it gets no secret.
 */
export function startInBackground(
  home: string,
  name: string,
  command: readonly [string, ...string[]],
  env: NodeJS.ProcessEnv | null,
  notes: Readonly<Record<string, string>>,
): BackgroundProcess {
  const log = openSync(logPath(home, name), 'a', 0o600);
  const [program, ...args] = command;
  const child = spawn(program, args, { detached: true, stdio: ['ignore', log, log], env: env ?? plainEnvironment() });
  closeSync(log);
  child.unref();
  if (child.pid === undefined) throw new Error(`${program} could not be started`);
  const started = { pid: child.pid, startedAt: startTime(child.pid) ?? '', notes };
  writeFileSync(join(home, `${name}.json`), JSON.stringify(started), { mode: 0o600 });
  return started;
}

/** Where a background process writes. */
export function logPath(home: string, name: string): string {
  return join(home, `${name}.log`);
}

/** The remembered process, if it still runs. */
export function findInBackground(home: string, name: string): BackgroundProcess | null {
  const path = join(home, `${name}.json`);
  if (!existsSync(path)) return null;
  const known = JSON.parse(readFileSync(path, 'utf8')) as BackgroundProcess;
  return isRunning(known) ? known : null;
}

/** `ended`: by itself or by a signal; `stopped`: by `stopInBackground`, or it was never started. */
export type BackgroundState = 'runs' | 'ended' | 'stopped';

/** What became of the process that was started under a name. */
export function stateInBackground(home: string, name: string): BackgroundState {
  if (findInBackground(home, name) !== null) return 'runs';
  return existsSync(join(home, `${name}.json`)) ? 'ended' : 'stopped';
}

/** True while this very process runs. */
export function isRunning({ pid, startedAt }: BackgroundProcess): boolean {
  return startTime(pid) === startedAt;
}

/** Asks the remembered process to end, waits, and ends it by force if it takes longer than `patienceMs`. */
export async function stopInBackground(home: string, name: string, patienceMs: number): Promise<void> {
  const known = findInBackground(home, name);
  if (known !== null) {
    process.kill(known.pid, 'SIGTERM');
    const untilMs = Date.now() + patienceMs;
    while (isRunning(known) && Date.now() < untilMs) await sleep(50);
    if (isRunning(known)) process.kill(known.pid, 'SIGKILL');
  }
  rmSync(join(home, `${name}.json`), { force: true });
}

/** When a process started, in the words of its system; null if there is no such process (a zombie counts as none). */
function startTime(pid: number): string | null {
  try {
    if (process.platform !== 'linux')
      return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || null;
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? null : (fields[19] ?? null);
  } catch {
    return null;
  }
}
