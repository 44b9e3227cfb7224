import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { AgentError } from './agent-error';
import type { AccessProblem } from './check-access';
import type { ProbeTarget } from './probe-types';
import type { ResolvedTarget } from './prober-book';

// Bounds of agents/c/probe.c.
const MOST_TARGETS = 256;
const SHORTEST_PERIOD_MS = 1;
const LONGEST_PERIOD_MS = 1000;

/** Refuses what the prober cannot do. @throws AgentError */
export function checkProbing(targets: readonly ProbeTarget[], periodMs: number): void {
  if (!(periodMs >= SHORTEST_PERIOD_MS && periodMs <= LONGEST_PERIOD_MS))
    throw new AgentError(`A probe every ${String(periodMs)} ms is not possible: choose from 1 to 1000 ms.`);
  const [problem] = targetProblems(targets.map(({ name }) => name));
  if (problem !== undefined) throw new AgentError(`${problem.message}.`);
}

/** What stands against probing machines of these names. */
export function targetProblems(names: readonly string[]): readonly AccessProblem[] {
  const twice = new Set(names.filter((name, index) => names.indexOf(name) < index));
  const problems = [...twice].map(
    (name) => `two machines are called ${name}: VMs and hosts need names of their own to be measured`,
  );
  if (names.length > MOST_TARGETS)
    problems.push(
      `${String(names.length)} hosts and VMs are too many for one prober, which takes ${String(MOST_TARGETS)} of both together: name fewer`,
    );
  return problems.map((message) => ({ message, unreachable: false }));
}

/** Turns host names into IP addresses. @throws AgentError that names the target whose address is not known */
export async function resolveTargets(targets: readonly ProbeTarget[]): Promise<ResolvedTarget[]> {
  return Promise.all(
    targets.map(async ({ name, address, port }) => ({ name, port, address: await addressOf(name, address) })),
  );
}

async function addressOf(name: string, address: string): Promise<string> {
  if (isIP(address) !== 0) return address;
  try {
    return (await lookup(address)).address;
  } catch (error) {
    throw new AgentError(
      `The address ${address} of ${name} is not known to this machine's name service: correct it in the site file.`,
      { cause: error },
    );
  }
}
