import { execFileSync } from 'node:child_process';
import { cpus, release, totalmem, type } from 'node:os';
import { readTools } from '../client/tools';
import { droverHome } from '../client/home';
import { checkoutCommit } from '../test/checkout-commit';

/** What figures of a machine mean nothing without. */
export interface MachineDescription {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGib: number;
  readonly kernel: string;
  readonly node: string;
  readonly temporal: string;
  /** The commit that was measured; `+` if the checkout differed from it. */
  readonly commit: string;
}

/** Describes this machine and this checkout. */
export function describeMachine(): MachineDescription {
  const { temporal } = readTools(droverHome());
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGib: Math.round(totalmem() / 2 ** 30),
    kernel: `${type()} ${release()}`,
    node: process.version,
    temporal: temporal === null ? 'none' : output(temporal, '--version'),
    commit: checkoutCommit(),
  };
}

function output(program: string, ...args: readonly string[]): string {
  return execFileSync(program, args, { cwd: __dirname, encoding: 'utf8' }).trim();
}
