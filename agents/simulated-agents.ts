import { requestJson, type JsonRequest } from '../remote/http-json';
import { AgentError } from './agent-error';
import type { GuestLoad } from './agent-machine';
import type { AccessProblem } from './check-access';
import { targetProblems } from './resolve-targets';

/** What runs in the guests of a campaign; as activities/dependencies.ts describes it. */
interface Request {
  readonly campaignId: string;
  readonly vms: readonly string[];
  readonly hosts: readonly string[];
  readonly load: Readonly<Record<string, GuestLoad>>;
  readonly leaseS: number;
}

/** Where a simulated VM or host answers probes. */
interface Target {
  readonly name: string;
  readonly kind: 'vm' | 'host';
  readonly address: string;
  readonly port: number;
}

interface Named {
  readonly name: string;
  readonly port: number;
}

const TIMEOUT_MS = 10_000;
const ADDRESS = '127.0.0.1';

/** Loads of a simulated data centre, which enforces their lease itself; its VMs and hosts answer probes always. */
export function createSimulatedAgents({ url }: { readonly url: string }): {
  checkAccess(machines: Pick<Request, 'vms' | 'hosts'>): Promise<readonly AccessProblem[]>;
  start(request: Request): Promise<readonly Target[]>;
  renew(request: Request): Promise<void>;
  remove(request: Request): Promise<void>;
} {
  return {
    // Its guests have nothing to log in to.
    checkAccess: ({ vms, hosts }) => Promise.resolve(targetProblems([...hosts, ...vms])),
    start: async (request) => {
      await lease(url, request);
      const { vms, hosts } = (await ask({ method: 'GET', url, path: '/inventory' })) as {
        vms: readonly Named[];
        hosts: readonly Named[];
      };
      return [
        ...request.vms.map((name) => targetOf('vm', name, vms)),
        ...request.hosts.map((name) => targetOf('host', name, hosts)),
      ];
    },
    // The whole desired state again: a lease that has ended meanwhile begins anew.
    renew: async (request) => lease(url, request),
    remove: async ({ campaignId }) => command(url, { do: 'release', campaign: campaignId }),
  };
}

async function lease(url: string, { campaignId, vms, load, leaseS }: Request): Promise<void> {
  const each = <T>(of: (own: GuestLoad) => T | undefined): Readonly<Record<string, T>> =>
    Object.fromEntries(
      vms.flatMap((vm) => {
        const wanted = of(load[vm] ?? {});
        return wanted === undefined ? [] : [[vm, wanted]];
      }),
    );
  await command(url, {
    do: 'lease',
    campaign: campaignId,
    leaseMs: leaseS * 1_000,
    loads: each(({ dirty }) => dirty ?? undefined),
    // A data centre that an older version started knows neither.
    ...unlessEmpty(
      'cpuPercent',
      each(({ cpu }) => cpu?.percent),
    ),
    ...unlessEmpty(
      'lockedMib',
      each(({ lock }) => lock?.mib),
    ),
  });
}

const unlessEmpty = (name: string, values: Readonly<Record<string, number>>): object =>
  Object.keys(values).length === 0 ? {} : { [name]: values };

async function command(url: string, body: Readonly<Record<string, unknown>>): Promise<void> {
  await ask({ method: 'POST', url, path: '/commands', body });
}

async function ask(request: Omit<JsonRequest, 'timeoutMs'>): Promise<unknown> {
  const { status, body } = await requestJson({ ...request, timeoutMs: TIMEOUT_MS });
  if (status < 400) return body;
  const { message, hint } = (body ?? {}) as { message?: string; hint?: string };
  throw new AgentError(`simulated data centre: ${message ?? `status ${String(status)}`} ${hint ?? ''}`.trim());
}

function targetOf(kind: Target['kind'], name: string, known: readonly Named[]): Target {
  const found = known.find((candidate) => candidate.name === name);
  if (found === undefined) throw new AgentError(`the simulated data centre has no ${kind} ${name}`);
  return { name, kind, address: ADDRESS, port: found.port };
}
