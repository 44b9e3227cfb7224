import { spawn } from 'node:child_process';
import { constants } from 'node:os';

const TO_ALL = ['SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGWINCH'];
const TO_CHILD = ['SIGTERM', 'SIGUSR2'];
// npm passes Ctrl-C on although the terminal has sent it to everybody: one key press arrives here twice.
const SAME_PRESS_MS = 300;

/**
 * Runs a Node program in the foreground as if it were this process: same input and output, signals passed on once.
 * @param {string} path
 * @param {readonly string[]} args
 * @returns {Promise<number>} its exit code; 128 + the signal's number if a signal ended it
 */
export function passThrough(path, args) {
  return new Promise((resolve, reject) => {
    // A group of its own, since otherwise the terminal's Ctrl-C would reach it directly and, passed on, a second time.
    const child = spawn(process.execPath, [path, ...args], { stdio: 'inherit', detached: true });
    const pass = (target) => {
      let lastMs = -Infinity;
      return (signal) => {
        if (signal !== 'SIGWINCH' && performance.now() - lastMs < SAME_PRESS_MS) return;
        lastMs = performance.now();
        try {
          process.kill(target(), signal);
        } catch (error) {
          if (error.code !== 'ESRCH') throw error;
        }
      };
    };
    for (const signal of TO_ALL)
      process.on(
        signal,
        pass(() => -child.pid),
      );
    for (const signal of TO_CHILD)
      process.on(
        signal,
        pass(() => child.pid),
      );
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  });
}
