import type { Counters } from '../counter-types';
import { HypervisorError, type Hypervisor, type MigrationIntent } from '../types';
import { asEnd, recordedEnd } from './as-end';
import { asInventory } from './as-inventory';
import { createSimulatedCounters } from './counters';
import { createDataCentreClient, type DataCentreClient } from './data-centre-client';
import { forceCommand, migrationRequest, optionProblems } from './migration-request';
import { startMigration } from './start-migration';
import { watchToEnd, type Sent } from './watch-migration';
import type { WireVm } from './wire';

/** Where the simulated data centre is. */
export interface SimulatedConfig {
  /** Base address of its HTTP interface. */
  readonly url: string;
}

/** The driver for a simulated data centre. The intent's id is the migration's id there: the same id is never taken twice. */
export function createSimulated({ url }: SimulatedConfig): Hypervisor & { readonly counters: Counters } {
  const client = createDataCentreClient(url);
  const requests = new Map<string, Sent>();

  return {
    counters: createSimulatedCounters(client),
    inventory: async (signal) => asInventory(await client.inventory(signal)),
    locate: async (vm) => (await orNull(client.vm(vm)))?.host ?? null,
    prepareMigration: async (intent, baseline) => {
      migrationRequest(intent, baseline);
      const vm = await lookUp(client, intent.vm, intent.from, intent.to);
      const { moves } = baseline.evidence;
      if (typeof moves === 'number' && vm.moves !== moves) throw stale(intent.vm);
      if (vm.host === intent.from) return;
      throw new HypervisorError(
        'bad-state',
        `${intent.vm} is on ${vm.host}, not on ${intent.from}.`,
        false,
        'Something else moved it; correct the placement.',
      );
    },
    takeBaseline: async (vm, from, to) => {
      const takenAtMs = Date.now();
      const { uuid, host, moves } = await lookUp(client, vm, from, to);
      return { takenAtMs, host, evidence: { uuid, moves } };
    },
    findMigration: async (intent) => {
      const migration = await orNull(client.migration(intent.id, 0));
      if (migration === null) return { state: 'none', marker: 'absent' };
      const { end, startedAtMs, phase } = migration;
      if (phase === 'set' || phase === 'begun' || phase === 'void') return { state: 'none', marker: phase };
      if (end !== null)
        return { state: 'ended', end: asEnd(migration, end, recordedEnd(end)), requestedAtMs: startedAtMs };
      const handle = { intent, requestedAtMs: startedAtMs, provenance: 'recovered', reference: {} } as const;
      return { state: 'running', handle };
    },
    optionProblems,
    voidMarker: async ({ id }) => voided(client.command({ do: 'void', id })),
    startMigration: async (intent, baseline, acceptUntilMs) => {
      const { handle, sent } = await startMigration(client, intent, baseline, acceptUntilMs);
      requests.set(intent.id, sent);
      return handle;
    },
    watchMigration: async (handle, _baseline, options) => {
      const sent = handle.provenance === 'observed' ? requests.get(handle.intent.id) : undefined;
      return watchToEnd(client, handle, sent, options);
    },
    cancelMigration: async ({ intent }) => {
      await client.command({ do: 'cancel', id: intent.id });
    },
    forceMigration: async ({ intent }, how) => {
      await client.command(forceCommand(intent, how));
    },
    runningMigrations: async () => (await client.running()).map(({ vm, from, to }) => ({ vm, from, to })),
    forgetMigration: async (intent) => forget(client, intent, requests),
    close: async () => {
      requests.clear();
      return Promise.resolve();
    },
  };
}

async function forget(client: DataCentreClient, { id }: MigrationIntent, requests: Map<string, Sent>): Promise<void> {
  await client.command({ do: 'forget', id });
  requests.delete(id);
}

/** The VM, provided that it and both hosts exist. @throws HypervisorError not-found */
async function lookUp(client: DataCentreClient, vm: string, from: string, to: string): Promise<WireVm> {
  const { hosts } = await client.inventory();
  const missing = [from, to].find((host) => !hosts.some(({ name }) => name === host));
  if (missing === undefined) return client.vm(vm);
  throw new HypervisorError(
    'not-found',
    `There is no host ${missing} in this site.`,
    false,
    `It has ${hosts.map(({ name }) => name).join(', ')}.`,
  );
}

/** @returns false if it has begun, or there is no such marker */
async function voided(asked: Promise<unknown>): Promise<boolean> {
  return asked.then(
    () => true,
    (error: unknown) => {
      if (error instanceof HypervisorError && (error.code === 'bad-state' || error.code === 'not-found')) return false;
      throw error;
    },
  );
}

function stale(vm: string): HypervisorError {
  return new HypervisorError(
    'stale',
    `${vm} has been moved since it was looked up.`,
    false,
    'Somebody else moved it: look it up again.',
  );
}

async function orNull<T>(asked: Promise<T>): Promise<T | null> {
  return asked.catch((error: unknown) => {
    if (error instanceof HypervisorError && error.code === 'not-found') return null;
    throw error;
  });
}
