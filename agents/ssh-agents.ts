import type { RemoteShell, SshTarget } from '../remote/types';
import { AgentError } from './agent-error';
import type { AgentEvent } from './agent-event';
import { machineLabel, type AgentMachine, type GuestLoad } from './agent-machine';
import { loadProgram } from './agent-program';
import { parseAgentStatus } from './agent-status';
import type { BuiltAgent } from './build';
import { campaignFolder } from './campaign-folder';
import { checkAccess, type AccessProblem } from './check-access';
import { desiredAgents, SPOKEN, type DesiredAgent } from './desired-agents';
import { inParallel } from './in-parallel';
import { PLACES, removeScript, renewScript, splitRenewal } from './machine-script';
import type { ProbeTarget } from './probe-types';
import { targetProblems } from './resolve-targets';
import { startMachine, type CampaignAgents } from './start-machine';

/** How agents reach the machines of a site. */
export interface SshAgentsOptions {
  readonly shell: RemoteShell;
  /** VM name to its SSH access; its address is where probes go. */
  readonly guests: Readonly<Record<string, SshTarget>>;
  readonly hosts: Readonly<Record<string, SshTarget>>;
  readonly program: () => Promise<BuiltAgent>;
  /** First UDP port of the echoes, 7707. */
  readonly port?: number;
  readonly places?: readonly string[];
  /** The hosts share one machine's /proc, as those of a lab do. */
  readonly ownProcesses?: boolean;
  /** Told what went wrong on one machine and did not stop the others. */
  readonly onEvent?: (event: AgentEvent) => void;
}

/** What a campaign wants to run in guests and on hosts. */
export interface SshAgentRequest {
  readonly campaignId: string;
  readonly vms: readonly string[];
  readonly hosts: readonly string[];
  readonly load: Readonly<Record<string, GuestLoad>>;
  readonly leaseS: number;
  /** Time between two ticks of the recorders on hosts; without it there are none. */
  readonly sampleEveryMs?: number;
  /** Where its echoes were started: one that has to be started again must be found where the probes go. */
  readonly echoes?: readonly ProbeTarget[];
}

/** Echoes and loads on machines that SSH reaches: desired state, so every call may be repeated. */
export interface SshAgents {
  /** Logs in to every machine that the site file has an address for. @returns what stands in the way of agents there */
  checkAccess(machines: Pick<SshAgentRequest, 'vms' | 'hosts'>): Promise<readonly AccessProblem[]>;
  /** Starts what does not run yet, waits until loads are ready. @returns where probes go @throws AgentError, RemoteError */
  start(request: SshAgentRequest): Promise<readonly ProbeTarget[]>;
  /** Prolongs the leases and starts again what died; a machine that is out of reach is an event, not an error. */
  renew(request: SshAgentRequest): Promise<void>;
  /** Ends everything and deletes it; a machine that is out of reach is an event: its agents end with their lease. */
  remove(request: SshAgentRequest): Promise<void>;
}

const ECHO_PORT = 7707;
/** So many campaigns can have the same host at a time; a VM is in one of them only. */
const PORTS_OF_HOST = 16;
const MACHINES_AT_ONCE = 16;
const COMMAND_TIMEOUT_MS = 30_000;

/** Makes the agents of a site; nothing is connected before it is used. */
export function createSshAgents(options: SshAgentsOptions): SshAgents {
  const { shell, program, port = ECHO_PORT, places = PLACES, onEvent = () => undefined } = options;
  const campaignOf = async ({ campaignId, leaseS }: SshAgentRequest): Promise<CampaignAgents> => ({
    shell,
    program: await loadProgram(await program()),
    places,
    campaignId,
    folder: campaignFolder(campaignId),
    leaseS,
  });

  const renewMachine = async (request: SshAgentRequest, machine: AgentMachine): Promise<void> => {
    const script = renewScript(places, campaignFolder(request.campaignId), Date.now());
    const { stdout } = await shell.exec(machine.target, script, { timeoutMs: COMMAND_TIMEOUT_MS });
    const dead = deadAgents(machine, stdout);
    if (dead.length === 0) return;
    await startMachine(await campaignOf(request), machine);
    const what = dead.map((name) => SPOKEN[name]).join(' and ');
    onEvent(event('restarted', machine, `the ${what} had ended and runs again`));
  };

  const removeMachine = async (request: SshAgentRequest, machine: AgentMachine): Promise<void> => {
    const script = removeScript(places, campaignFolder(request.campaignId));
    const { stdout, code, stderr } = await shell.exec(machine.target, script, { timeoutMs: COMMAND_TIMEOUT_MS });
    if (code !== 0 || stdout.trim() !== '') {
      const what = stdout.trim() === '' ? stderr.trim() : `${stdout.trim()} could not be deleted`;
      onEvent(event('left-behind', machine, what));
    }
  };

  return {
    checkAccess: async ({ vms, hosts }) => [
      ...targetProblems([...hosts, ...vms]),
      ...(await checkAccess(shell, [...known('host', hosts, options.hosts), ...known('vm', vms, options.guests)])),
    ],
    start: async (request) => {
      const machines = machinesOf(request, options, port);
      const campaign = await campaignOf(request);
      return inParallel(machines, MACHINES_AT_ONCE, async (machine) => {
        const { kind, name, target } = machine;
        return { kind, name, address: target.host, port: await startMachine(campaign, machine) };
      });
    },
    renew: async (request) => {
      await inParallel(machinesOf(request, options, port), MACHINES_AT_ONCE, (machine) =>
        renewMachine(request, machine).catch((error: unknown) => {
          onEvent(event(error instanceof AgentError ? 'failed' : 'out-of-reach', machine, text(error)));
        }),
      );
    },
    remove: async (request) => {
      await inParallel(machinesOf(request, options, port), MACHINES_AT_ONCE, (machine) =>
        removeMachine(request, machine).catch((error: unknown) => {
          onEvent(event('left-behind', machine, `${text(error)} What runs there ends with its lease.`));
        }),
      );
    },
  };
}

function known(
  kind: AgentMachine['kind'],
  names: readonly string[],
  targets: SshAgentsOptions['hosts'],
): readonly Pick<AgentMachine, 'kind' | 'name' | 'target'>[] {
  return names.flatMap((name) => {
    const target = Object.hasOwn(targets, name) ? targets[name] : undefined;
    return target === undefined ? [] : [{ kind, name, target }];
  });
}

function machinesOf(
  { vms, hosts, load, sampleEveryMs, echoes = [] }: SshAgentRequest,
  options: SshAgentsOptions,
  port: number,
): readonly AgentMachine[] {
  const machine = (kind: AgentMachine['kind'], name: string, targets: SshAgentsOptions['hosts']): AgentMachine => {
    const target = Object.hasOwn(targets, name) ? targets[name] : undefined;
    if (target === undefined) {
      const where = kind === 'vm' ? 'guests.addresses' : 'hosts';
      throw new AgentError(`${machineLabel({ kind, name })} has no address: add it to ${where} of the site file.`);
    }
    const own = kind === 'vm' && Object.hasOwn(load, name) ? (load[name] ?? {}) : {};
    const samples = kind === 'host' && sampleEveryMs !== undefined;
    const record = samples ? { everyMs: sampleEveryMs, ownProcesses: options.ownProcesses ?? false } : null;
    const echo = echoes.find((started) => started.kind === kind && started.name === name);
    const choice =
      echo === undefined ? { port, ports: kind === 'host' ? PORTS_OF_HOST : 1 } : { port: echo.port, ports: 1 };
    return { kind, name, target, ...choice, load: own, record };
  };
  return [
    ...vms.map((name) => machine('vm', name, options.guests)),
    ...hosts.map((name) => machine('host', name, options.hosts)),
  ];
}

/** Which of the agents that a machine is to have did not answer a renewal as running. */
function deadAgents(machine: AgentMachine, renewal: string): DesiredAgent['name'][] {
  const statuses = splitRenewal(renewal);
  return desiredAgents(machine)
    .map(({ name }) => name)
    .filter((name) => !parseAgentStatus(statuses.get(name) ?? '').running);
}

function event(kind: AgentEvent['kind'], machine: AgentMachine, message: string): AgentEvent {
  const label = machineLabel(machine);
  return { kind, machine: label, message: `${label} (${machine.target.host}): ${message}` };
}

function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
