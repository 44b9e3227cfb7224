import { spawn } from 'node:child_process';
import type { BenchOptions } from '../bench';

/** Starts processes that each keep one core busy at ordinary priority; they end with the bench. */
export function startBusyProcesses(count: number, atEnd: BenchOptions['atEnd']): void {
  for (let index = 0; index < count; index += 1) {
    const child = spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' });
    atEnd(() => void child.kill('SIGKILL'));
  }
}
