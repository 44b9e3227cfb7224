import { setTimeout as sleep } from 'node:timers/promises';
import { quote } from '../remote/quote';
import type { ExecResult, RemoteShell } from '../remote/types';
import { AgentError } from './agent-error';
import { machineLabel, type AgentMachine } from './agent-machine';
import type { AgentProgram } from './agent-program';
import { parseAgentStatus } from './agent-status';
import { bringProgram } from './bring-program';
import { desiredAgents, desiredLines, type DesiredAgent } from './desired-agents';
import { LOAD_NAMES, LOADS, type WantedLoad } from './guest-loads';
import { portHolderScript, startScript, stopScript } from './machine-script';

/** What all machines of a campaign have in common. */
export interface CampaignAgents {
  readonly shell: RemoteShell;
  readonly program: AgentProgram;
  /** Folders that agents may live in, best first. */
  readonly places: readonly string[];
  readonly campaignId: string;
  /** Folder name of the campaign. */
  readonly folder: string;
  readonly leaseS: number;
}

const COMMAND_TIMEOUT_MS = 30_000;
const READY_EVERY_MS = 250;
// Emulated guests fill memory at some 100 MiB/s; ten times slower is still worth waiting for.
const READY_BASE_MS = 30_000;
const READY_PER_MIB_MS = 100;

/**
 * Brings the program to a machine and has its echo and loads run as desired; what already does is left alone.
 * @returns the UDP port of its echo
 * @throws AgentError that names machine and remedy; RemoteError if the machine is not reached
 */
export async function startMachine(campaign: CampaignAgents, machine: AgentMachine): Promise<number> {
  const directory = await bringProgram(campaign, machineLabel(machine), machine.target);
  const program = `${directory}/${campaign.program.file}`;
  const agents = desiredAgents(machine);
  const unwanted = LOAD_NAMES.filter((load) => !agents.some(({ name }) => name === load));
  if (unwanted.length > 0) await run(campaign, machine, stopScript(program, directory, unwanted));
  let port = NaN;
  for (const agent of agents) {
    const lines = desiredLines(agent, campaign, Date.now());
    const result = await run(campaign, machine, startScript(program, directory, agent.name, lines));
    if (result.code !== 0) throw await startFailure(campaign, machine, agent, result);
    if (agent.name === 'echo') port = echoPort(machine, result.stdout);
    // Before the next one looks for memory, it has taken its own.
    if ('mib' in agent)
      await waitForLoad(campaign, machine, agent, quote([program, 'status', `${directory}/${agent.name}`]));
  }
  return port;
}

/** The port that an echo says it has. */
function echoPort(machine: AgentMachine, answer: string): number {
  const port = Number(parseAgentStatus(answer).fields['port']);
  if (Number.isInteger(port) && port >= machine.port && port < machine.port + machine.ports) return port;
  const said = JSON.stringify(answer.slice(0, 200));
  throw new AgentError(
    `The echo of ${machineLabel(machine)} (${address(machine)}) did not say which port it has: ${said}`,
  );
}

function run({ shell }: CampaignAgents, { target }: AgentMachine, command: string): Promise<ExecResult> {
  return shell.exec(target, command, { timeoutMs: COMMAND_TIMEOUT_MS });
}

async function startFailure(
  campaign: CampaignAgents,
  machine: AgentMachine,
  agent: DesiredAgent,
  { stderr, code }: ExecResult,
): Promise<AgentError> {
  const label = `${machineLabel(machine)} (${address(machine)})`;
  if (agent.name === 'echo' && stderr.includes('UDP port')) {
    const { stdout } = await run(campaign, machine, portHolderScript(campaign.places, campaign.folder, machine));
    const holders = stdout.split('\n').filter((line) => line !== '');
    const by = holders.length > 0 ? `the agent of campaign ${holders.join(', ')}` : 'another program';
    const last = machine.port + machine.ports - 1;
    const what =
      machine.ports > 1 ? `Every UDP port from ${String(machine.port)} to ${String(last)}` : `UDP port ${String(last)}`;
    return new AgentError(
      `${what} of ${label} is taken by ${by}: wait until that has ended, or leave ${machineLabel(machine)} out of this campaign.`,
    );
  }
  if (code === 126 || code === 127)
    return new AgentError(
      `The agent program does not run on ${label}; it was made for this machine's kind (${process.arch}): ${stderr.trim()}`,
    );
  return new AgentError(
    `The ${agent.name} agent did not start on ${label}: ${stderr.trim() || `exit code ${String(code)}`}`,
  );
}

async function waitForLoad(
  campaign: CampaignAgents,
  machine: AgentMachine,
  { name, mib }: WantedLoad,
  statusCommand: string,
): Promise<void> {
  const { spoken, remedy } = LOADS[name];
  const size = mib === 0 ? '' : `, ${String(mib)} MiB`;
  const load = `The ${spoken} of ${machineLabel(machine)} (${address(machine)}${size})`;
  const deadline = performance.now() + READY_BASE_MS + READY_PER_MIB_MS * mib;
  for (;;) {
    const { stdout } = await run(campaign, machine, statusCommand);
    const { running, fields } = parseAgentStatus(stdout);
    const problem = fields['problem'] ?? '';
    if (problem !== '') throw new AgentError(`${load} cannot run: ${problem}. ${remedy(machine.name)}`);
    if (!running) {
      const state = fields['state'] ?? 'no status';
      const why = state === 'running' ? '; the guest may be out of memory' : `: ${state}`;
      throw new AgentError(`${load} ended before it was ready${why}.`);
    }
    if (fields['ready'] === '1') return;
    if (performance.now() > deadline)
      throw new AgentError(`${load} was not ready in time: the VM is too slow or swaps.`);
    await sleep(READY_EVERY_MS);
  }
}

function address({ target }: AgentMachine): string {
  return `${target.user}@${target.host}`;
}
