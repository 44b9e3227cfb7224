import { linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 200;
// A take-over is a few system calls; a guard this old belongs to one that was killed within them.
const GUARD_STALE_MS = 10_000;

/**
 * Runs `work` while holding the lock file; waits for another live holder, takes over from a dead one.
 * @template T
 * @param {string} path
 * @param {() => Promise<T>} work
 * @param {(holder: number) => void} onWait told once, with the holder's process id
 * @returns {Promise<T>}
 */
export async function withLock(path, work, onWait) {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const mine = JSON.stringify({ pid: process.pid, startedAt: startTime(process.pid) });
  for (let told = false; !create(path, mine); await sleep(POLL_MS)) {
    const text = read(path);
    if (text === null) continue;
    if (isStale(text)) {
      takeAway(path);
      continue;
    }
    if (!told) onWait(JSON.parse(text).pid);
    told = true;
  }
  const release = () => {
    if (read(path) === mine) rmSync(path, { force: true });
  };
  process.once('exit', release);
  try {
    return await work();
  } finally {
    process.off('exit', release);
    release();
  }
}

/** Removes a dead holder's lock. The guard keeps a second waiter, who saw the same dead holder, from removing the lock that the first one has made since. */
function takeAway(path) {
  const guard = `${path}.guard`;
  if (!create(guard, '')) {
    if (ageMs(guard) > GUARD_STALE_MS) rmSync(guard, { force: true });
    return;
  }
  const text = read(path);
  if (text !== null && isStale(text)) rmSync(path, { force: true });
  rmSync(guard, { force: true });
}

/** Linked into place, so that nobody ever reads a lock that is not written yet. */
function create(path, text) {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, text, { mode: 0o600 });
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

function ageMs(path) {
  try {
    return Date.now() - statSync(path).mtimeMs;
  } catch {
    return 0;
  }
}

function isStale(text) {
  let holder;
  try {
    holder = JSON.parse(text);
  } catch {
    return true;
  }
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    return error.code === 'ESRCH';
  }
  return startTime(holder.pid) !== holder.startedAt;
}

/** Tells a process from a later one with the same id; null where there is no /proc. */
function startTime(pid) {
  const stat = read(`/proc/${pid}/stat`);
  return stat === null ? null : (stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null);
}
