import { hostname } from 'node:os';
import type { AccessProblem } from '../agents/check-access';
import type { Plan } from '../campaign/plan/plan';
import type { Inventory, MigrationOptions } from '../hypervisors/types';
import type { SiteConnection } from './dependencies';
import { preflightProblems } from './preflight-problems';

/** What is really there, and everything that stands between a plan and its start. */
export interface SiteLook {
  readonly inventory: Inventory;
  readonly problems: readonly AccessProblem[];
}

/** The site does not answer at all; `problems` names every machine that cannot be reached or entered. */
export class SiteClosedError extends Error {
  override readonly name = 'SiteClosedError';

  constructor(readonly problems: readonly AccessProblem[]) {
    super(problems.map(({ message }) => message).join('\n'));
  }
}

/**
 * Looks at a site without touching it: inventory, room, and whether its hosts, guests and vantages let drover's agents in.
 * @throws HypervisorError, or SiteClosedError where the reason is that hosts cannot be entered
 */
export async function lookAtSite(
  { hypervisor, agents, vantages, emulated }: SiteConnection,
  plan: Plan,
  options: MigrationOptions,
): Promise<SiteLook> {
  const hosts = Object.keys(plan.placement);
  const vms = Object.values(plan.placement).flat();
  const [inventory, machines, places] = await Promise.all([
    hypervisor.inventory().catch((error: unknown) => error),
    agents.checkAccess({ hosts, vms }),
    vantages?.checkAccess() ?? [],
  ]);
  const access = [...machines, ...places, ...nameProblems(vantages?.names ?? [])];
  if (isInventory(inventory)) {
    const problems = [...hypervisor.optionProblems(options), ...preflightProblems(plan, inventory, emulated)];
    const wrong = problems.map((message) => ({ message, unreachable: false }));
    return { inventory, problems: [...wrong, ...access] };
  }
  // The driver names the first host that it cannot ask; this list names all of them.
  if (access.length > 0) throw new SiteClosedError(access);
  throw inventory;
}

/** Figures of two vantages of one name could not be told apart. */
function nameProblems(vantages: readonly string[]): readonly AccessProblem[] {
  const own = hostname();
  const message = `vantage ${own} has the name of this machine, which is a vantage already: give it another one in the site file`;
  return vantages.includes(own) ? [{ message, unreachable: false }] : [];
}

function isInventory(answer: unknown): answer is Inventory {
  return !(answer instanceof Error);
}
