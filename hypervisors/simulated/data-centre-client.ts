import { requestJson, type JsonRequest } from '../../remote/http-json';
import { asHypervisorError, refusalOf } from './simulated-failure';
import type { SampleQuery } from '../counter-types';
import type { WireCounter, WireInventory, WireMigration, WireSamples, WireVm } from './wire';

/** What the driver asks of the data centre. Every call throws HypervisorError and nothing else. */
export interface DataCentreClient {
  inventory(signal?: AbortSignal): Promise<WireInventory>;
  /** Its clock now, UTC ms. */
  clock(): Promise<number>;
  /** @throws HypervisorError not-found */
  vm(name: string): Promise<WireVm>;
  running(): Promise<readonly WireMigration[]>;
  /** Waits up to `waitMs` for its end. @throws HypervisorError not-found */
  migration(id: string, waitMs: number, signal?: AbortSignal): Promise<WireMigration>;
  counters(): Promise<readonly WireCounter[]>;
  samples(query: SampleQuery): Promise<WireSamples>;
  /** Sends a command of data-centre/state/commands.ts. */
  command(body: Readonly<Record<string, unknown>>): Promise<unknown>;
}

const TIMEOUT_MS = 10_000;

/** Speaks to the data centre at a base address. */
export function createDataCentreClient(url: string): DataCentreClient {
  const ask = async (request: Omit<JsonRequest, 'url'>): Promise<unknown> => {
    const { status, body } = await requestJson({ ...request, url }).catch((error: unknown) => {
      throw asHypervisorError(error);
    });
    if (status >= 400) throw refusalOf(status, body);
    return body;
  };
  const get = async (path: string, waitMs = 0, signal?: AbortSignal): Promise<unknown> =>
    ask({ method: 'GET', path, timeoutMs: TIMEOUT_MS + waitMs, signal });
  return {
    inventory: async (signal) => (await get('/inventory', 0, signal)) as WireInventory,
    clock: async () => ((await get('/clock')) as { readonly nowMs: number }).nowMs,
    vm: async (name) => (await get(`/vms/${encodeURIComponent(name)}`)) as WireVm,
    running: async () => (await get('/migrations')) as readonly WireMigration[],
    migration: async (id, waitMs, signal) =>
      (await get(`/migrations/${encodeURIComponent(id)}?waitMs=${String(waitMs)}`, waitMs, signal)) as WireMigration,
    counters: async () => (await get('/counters')) as readonly WireCounter[],
    samples: async (body) =>
      (await ask({ method: 'POST', path: '/samples', body, timeoutMs: TIMEOUT_MS })) as WireSamples,
    command: async (body) => ask({ method: 'POST', path: '/commands', body, timeoutMs: TIMEOUT_MS }),
  };
}
