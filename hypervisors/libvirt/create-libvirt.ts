import type { RemoteShell } from '../../remote/types';
import { HypervisorError } from '../types';
import type { Baseline, Hypervisor, MigrationEvidence, MigrationHandle, MigrationIntent } from '../types';
import { abortJob } from './cancel-migration';
import { forceJob } from './force-migration';
import { cleanAfterMigration } from './forget-migration';
import type { DomainIds, Judgement } from './judge-evidence';
import type { LibvirtConfig } from './libvirt-config';
import { createLibvirtHosts } from './libvirt-hosts';
import type { LibvirtHosts } from './libvirt-hosts';
import { locateVm } from './locate-vm';
import { lookAtBoth } from './look-at-both';
import { lookAtHost } from './look-at-host';
import type { HostView } from './look-at-host';
import { migrateArguments, optionProblems, requireTwoHosts } from './migrate-arguments';
import { baselineIds, baselinePid, baselineUuid, makeReference, readReference } from './reference';
import { createFindRunningMigrations } from './running-migrations';
import { staleVm } from './stale-vm';
import { submitMigration } from './submit-migration';
import type { Submission } from './submit-migration';
import { takeInventory } from './take-inventory';
import { voidMarker } from './void-marker';
import { asEnd, watchToEnd } from './watch-migration';

/** The driver for KVM/libvirt: virsh on the hosts, over SSH. `shell` stays the caller's: close does not end it. */
export function createLibvirt(config: LibvirtConfig, shell: RemoteShell): Hypervisor {
  const hosts = createLibvirtHosts(config, shell);
  const submissions = new Map<string, Submission>();
  /** Clock of an intent's source minus ours, as this process saw it last. */
  const offsets = new Map<string, number>();

  return {
    inventory: async (signal) => takeInventory(hosts, config, signal),
    locate: async (vm) => locateVm(hosts, vm),
    prepareMigration: async (intent, baseline) => {
      checkId(intent);
      migrateArguments(intent, '', config.migrateUri);
      const [source] = await Promise.all([
        lookByName(hosts, intent.from, intent.vm),
        lookByName(hosts, intent.to, intent.vm),
      ]);
      requireSame(intent, source, baselineIds(baseline));
      requireRunning(intent.vm, intent.from, source.uuid, source.state);
      offsets.set(intent.id, source.clockOffsetMs);
    },
    takeBaseline: async (vm, from, to) => takeBaseline(hosts, vm, from, to),
    findMigration: async (intent, baseline) => findMigration(hosts, intent, baseline),
    startMigration: async (intent, baseline, acceptUntilMs = Number.POSITIVE_INFINITY) => {
      checkId(intent);
      requireTwoHosts(intent);
      const uuid = baselineUuid(baseline);
      const reference = makeReference(baseline, offsets.get(intent.id));
      const submission = await submitMigration(hosts, intent, {
        uuid,
        known: { pid: baselinePid(baseline), id: baselineIds(baseline).sourceId },
        migrateArgs: migrateArguments(intent, uuid, config.migrateUri),
        acceptUntilMs,
        clockOffsetMs: readReference(reference).clockOffsetMs,
      });
      submissions.set(intent.id, submission);
      return { intent, ...submission.requested, reference };
    },
    voidMarker: async (intent) => {
      checkId(intent);
      return voidMarker(hosts, intent);
    },
    optionProblems,
    watchMigration: async (handle, baseline, options) => {
      checkId(handle.intent);
      return watchToEnd(hosts, handle, baselineIds(baseline), submissions.get(handle.intent.id), options);
    },
    cancelMigration: async (handle) => {
      checkId(handle.intent);
      await abortJob(hosts, handle);
    },
    forceMigration: async (handle, how) => {
      checkId(handle.intent);
      await forceJob(hosts, handle, how);
    },
    runningMigrations: createFindRunningMigrations(hosts),
    forgetMigration: async (intent) => {
      checkId(intent);
      await cleanAfterMigration(hosts, intent);
      submissions.delete(intent.id);
      offsets.delete(intent.id);
    },
    close: async () => {
      submissions.clear();
      offsets.clear();
      return Promise.resolve();
    },
  };
}

async function takeBaseline(hosts: LibvirtHosts, vm: string, from: string, to: string): Promise<Baseline> {
  const takenAtMs = Date.now();
  const [source, target] = await Promise.all([lookByName(hosts, from, vm), lookByName(hosts, to, vm)]);
  if (source.uuid === null) throw missing(vm, from);
  return {
    takenAtMs,
    host: source.domainId === null && target.domainId !== null ? to : from,
    evidence: {
      uuid: source.uuid,
      sourceId: source.domainId,
      sourcePid: source.qemuPid,
      sourceState: source.state,
      sourceLogBytes: source.logBytes,
      sourceClockOffsetMs: source.clockOffsetMs,
      targetId: target.domainId,
      targetState: target.state,
      targetLogBytes: target.logBytes,
      targetClockOffsetMs: target.clockOffsetMs,
    },
  };
}

async function findMigration(
  hosts: LibvirtHosts,
  intent: MigrationIntent,
  baseline: Baseline,
): Promise<MigrationEvidence> {
  checkId(intent);
  const early: MigrationHandle = {
    intent,
    requestedAtMs: 0,
    provenance: 'recovered',
    reference: makeReference(baseline),
  };
  const { source, target, judged } = await lookAtBoth(hosts, early, baselineIds(baseline), false);
  if (judged.state === 'none') return withMove(judged, early, target?.clockOffsetMs ?? 0);
  const { clockOffsetMs } = source;
  const requestedAtMs = (judged.beginMs ?? Date.now() + clockOffsetMs) - clockOffsetMs;
  const handle: MigrationHandle = { ...early, requestedAtMs, reference: makeReference(baseline, clockOffsetMs) };
  if (judged.state === 'running') return { state: 'running', handle };
  return { state: 'ended', end: asEnd(judged, handle), ...(judged.beginMs === null ? {} : { requestedAtMs }) };
}

/** With the logged move on our clock. The source wrote its log before a restart, which may have set its clock: the baseline's offset holds. */
function withMove(
  { logged, ...none }: Extract<Judgement, { state: 'none' }>,
  { reference }: MigrationHandle,
  targetOffsetMs: number,
): MigrationEvidence {
  if (logged === undefined) return none;
  const requestedAtMs = logged.targetBeganMs - targetOffsetMs;
  const finishedAtMs = logged.sourceEndedMs - readReference(reference).clockOffsetMs;
  if (finishedAtMs < requestedAtMs) return none;
  const end = { state: 'succeeded', finishedAtMs, provenance: 'recovered', figures: {} } as const;
  return { ...none, logged: { requestedAtMs, end } };
}

async function lookByName(hosts: LibvirtHosts, host: string, vm: string): ReturnType<typeof lookAtHost> {
  return lookAtHost(hosts, host, { vm, uuid: null, intentId: null, logFrom: 0 });
}

function requireSame(intent: MigrationIntent, source: HostView, { sourceId }: DomainIds): void {
  if (sourceId !== null && source.domainId !== sourceId) throw staleVm(intent);
}

function requireRunning(vm: string, host: string, uuid: string | null, state: string | null): void {
  if (uuid === null) throw missing(vm, host);
  if (state?.startsWith('running') !== true) {
    throw new HypervisorError(
      'bad-state',
      `${vm} does not run on ${host}: it is ${state ?? 'in an unknown state'}.`,
      false,
      'Only a running VM migrates live; start it, or correct the placement.',
    );
  }
}

function missing(vm: string, host: string): HypervisorError {
  return new HypervisorError(
    'not-found',
    `${host} has no VM ${vm}.`,
    false,
    'Is the name right, and is the VM on that host? `virsh list --all` shows it.',
  );
}

// The id becomes the name of a directory on the host.
function checkId({ id }: MigrationIntent): void {
  if (/^[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}$/.test(id)) return;
  throw new HypervisorError(
    'protocol',
    `The intent's id ${JSON.stringify(id)} is not a path-safe name.`,
    false,
    'Ids are 1 to 200 letters, digits, dots, dashes or underscores.',
  );
}
