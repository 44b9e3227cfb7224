import { execFile } from 'node:child_process';
import { plainEnvironment } from '../remote/plain-environment';
import { AgentError } from './agent-error';
import { parseAgentStatus, type AgentStatus } from './agent-status';

const TIMEOUT_MS = 40_000;

/** Runs one command of the agent program on this machine. @throws AgentError with what the program said */
export async function runProgram(path: string, ...args: string[]): Promise<AgentStatus> {
  return new Promise((resolve, reject) => {
    const options = { timeout: TIMEOUT_MS, killSignal: 'SIGKILL', env: plainEnvironment() } as const;
    execFile(path, args, options, (error, stdout, stderr) => {
      if (error === null) resolve(parseAgentStatus(stdout));
      else
        reject(new AgentError(stderr.trim() || `${path} ${args[0] ?? ''} failed: ${error.message}`, { cause: error }));
    });
  });
}
