import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { processCpuTicks } from '../process-cpu-ticks';

/** One process of the world under test, with its output in a file. */
export class Piece {
  private readonly child: ChildProcess;
  private readonly over: Promise<void>;

  constructor(command: readonly [string, ...string[]], env: NodeJS.ProcessEnv, logFile: string) {
    const [program, ...args] = command;
    const log = openSync(logFile, 'a', 0o600);
    this.child = spawn(program, args, { stdio: ['ignore', log, log], env });
    closeSync(log);
    this.over = new Promise((resolve, reject) => {
      this.child.once('exit', () => resolve());
      this.child.once('error', reject);
    });
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error('the process did not start');
    return this.child.pid;
  }

  get runs(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** How it ended by itself; null: it runs, or a signal ended it. */
  get exitCode(): number | null {
    return this.child.exitCode;
  }

  /** SIGKILL; resolves when it is gone. */
  async kill(): Promise<void> {
    if (this.runs) this.child.kill('SIGKILL');
    await this.over;
  }

  stop(): void {
    this.child.kill('SIGSTOP');
  }

  goOn(): void {
    this.child.kill('SIGCONT');
  }

  /** SIGTERM; resolves when it has ended by itself. @returns its exit code */
  async drain(): Promise<number | null> {
    this.child.kill('SIGTERM');
    await this.over;
    return this.child.exitCode;
  }

  /** CPU time it has used so far, in clock ticks of the system. */
  cpuTicks(): number {
    return processCpuTicks(this.pid);
  }
}
