import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { lookAtSite, SiteClosedError } from '../activities/look-at-site';
import type { AccessProblem } from '../agents/check-access';
import { buildAgent } from '../agents/build';
import { migrationOptions } from '../campaign/contract/migration-options';
import { makePlan } from '../campaign/plan/make-plan';
import type { CampaignSpec } from '../campaign/spec/campaign-spec';
import { loadSites, SiteFileError } from '../campaign/spec/load-sites';
import { nearestName } from '../campaign/spec/nearest-name';
import { formatProblems } from '../campaign/spec/problems';
import { validateSpec } from '../campaign/spec/validate-spec';
import { HypervisorError } from '../hypervisors/types';
import { createSshShell } from '../remote/ssh-shell';
import { openSite } from './open-site';

const EXIT_READY = 0;
const EXIT_BAD_INPUT = 2;
const EXIT_UNREACHABLE = 3;

/**
 * The program behind `drover check`: reads a raw spec (JSON) from standard input and looks at its site as a campaign's
 * preflight would, without Temporal and without touching anything.
 */
async function check(): Promise<number> {
  const validated = validateSpec(JSON.parse(await text(process.stdin)));
  if (!validated.ok) return tell(EXIT_BAD_INPUT, formatProblems(validated.problems));
  const { spec } = validated;
  const home = resolve(process.env['DROVER_HOME'] ?? '.drover');
  const sites = await loadSites(home);
  const site = Object.hasOwn(sites, spec.site) ? sites[spec.site] : undefined;
  if (site === undefined) return tell(EXIT_BAD_INPUT, unknownSite(spec.site, Object.keys(sites)));
  const shell = createSshShell();
  const program = (): ReturnType<typeof buildAgent> => buildAgent(home);
  const probers = join(home, 'probers');
  const onProblem = (line: string): void => console.error(line);
  const connection = await openSite(spec.site, site, { shell, program, probers, onProblem });
  try {
    const plan = makePlan(spec.placement, spec.pattern);
    const { inventory, problems } = await lookAtSite(connection, plan, migrationOptions(spec.options, spec.policy));
    const all = [...problems, ...(await agentProblems(program))];
    if (all.length > 0) return notReady(spec.site, all);
    console.log(readyLine(spec, inventory.hosts.length, inventory.vms.length, plan.actions.length));
    return EXIT_READY;
  } finally {
    await connection.hypervisor.close();
    await shell.close();
  }
}

function readyLine({ site }: CampaignSpec, hosts: number, vms: number, actions: number): string {
  return `Site ${site} is ready: ${String(hosts)} hosts, ${String(vms)} VMs; the plan has ${String(actions)} actions`;
}

function unknownSite(name: string, known: readonly string[]): string {
  const nearest = nearestName(name, known);
  const hint = nearest === undefined ? '' : ` (did you mean "${nearest}"?)`;
  return `site: there is no site ${name}; known: ${known.join(', ') || 'none'}${hint}`;
}

/** The agent program is made on this machine, which a campaign's worker needs to be able to do. */
async function agentProblems(program: () => Promise<unknown>): Promise<readonly AccessProblem[]> {
  return program().then(
    () => [],
    (error: unknown) => [{ message: messageOf(error), unreachable: false }],
  );
}

function notReady(site: string, problems: readonly AccessProblem[]): number {
  const lines = [`Site ${site} is not ready:`, ...problems.map(({ message }) => `  ${message}`)];
  return tell(problems.every(({ unreachable }) => unreachable) ? EXIT_UNREACHABLE : EXIT_BAD_INPUT, lines.join('\n'));
}

function tellError(error: unknown): number {
  if (error instanceof SiteClosedError) {
    const out = error.problems.every(({ unreachable }) => unreachable);
    return tell(out ? EXIT_UNREACHABLE : EXIT_BAD_INPUT, error.message);
  }
  if (error instanceof HypervisorError) {
    const out = error.code === 'unreachable' || error.code === 'timeout';
    return tell(out ? EXIT_UNREACHABLE : EXIT_BAD_INPUT, `${error.message} (${error.hint})`);
  }
  const known = error instanceof SiteFileError || (error instanceof Error && error.name === 'SecretError');
  return tell(known ? EXIT_BAD_INPUT : 1, messageOf(error));
}

function tell(code: number, message: string): number {
  console.error(message);
  return code;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

check()
  .catch(tellError)
  .then(
    (code) => process.exit(code),
    () => process.exit(1),
  );
