import { spawn } from 'node:child_process';
import { SetupError } from './setup-error.mjs';

const TAIL_LINES = 25;

/**
 * Runs a program to its end without a shell and with its output kept back.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, timeoutMs?: number }} [options]
 * @returns {Promise<string>} what it wrote to standard output
 * @throws {SetupError} with the last lines of its output when it fails, is not there, or takes longer than `timeoutMs`
 */
export function runCommand(program, args, { cwd, env, timeoutMs } = {}) {
  return new Promise((resolve, reject) => {
    const name = [program, ...args].join(' ');
    const child = spawn(program, args, {
      cwd,
      env: env ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: timeoutMs,
    });
    // A set-up that is told to stop must not leave a writer behind: the next one takes over its lock.
    const stop = (signal) => {
      child.kill(signal);
      child.once('exit', () => process.exit(signal === 'SIGINT' ? 130 : 143));
    };
    process.once('SIGINT', stop).once('SIGTERM', stop);
    const release = () => process.off('SIGINT', stop).off('SIGTERM', stop);
    let output = '';
    let all = '';
    child.stdout.on('data', (data) => {
      output += data;
      all += data;
    });
    child.stderr.on('data', (data) => (all += data));
    child.once('error', (error) => {
      release();
      reject(new SetupError(error.code === 'ENOENT' ? `${program} is not installed` : `${name}: ${error.message}`));
    });
    child.once('close', (code, signal) => {
      release();
      if (code === 0) return resolve(output);
      const how = signal === null ? `failed with exit code ${code}` : `was ended by ${signal}`;
      reject(new SetupError(`${name} ${how}\n${all.trimEnd().split('\n').slice(-TAIL_LINES).join('\n')}`));
    });
  });
}
