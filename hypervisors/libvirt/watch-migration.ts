import { setTimeout as sleep } from 'node:timers/promises';
import { HypervisorError } from '../types';
import type { HypervisorFigures, MigrationEnd, MigrationHandle, MigrationProgress, WatchOptions } from '../types';
import { completedFigures, jobFigures } from './judge-evidence';
import type { DomainIds, Judgement } from './judge-evidence';
import type { LibvirtHosts } from './libvirt-hosts';
import { lookAtBoth } from './look-at-both';
import type { HostView } from './look-at-host';
import { parseJobInfo } from './parse-job-info';
import { readReference } from './reference';
import type { Submission, SubmissionEnd } from './submit-migration';
import { whenEnded } from '../when-ended';

const POLL_MS = 1_000;
/** Each look takes CPU from the migration on a small host, so a short one is left alone. */
const PROGRESS_EVERY_MS = 5_000;
const PROGRESS_TIMEOUT_MS = 5_000;
/** How long hosts may be out of reach, or show no trace, before the watch gives up. */
const PATIENCE_MS = 60_000;
const NO_TRACE_PATIENCE_MS = 15_000;
const PROGRESS = `v domjobinfo "$1" 2>/dev/null; exit 0`;

/**
 * Waits for the end of a migration. With the channel of this process the end is observed the moment virsh's success
 * arrives; without it (adopted, or the connection broke), and where word came late, it is recovered from the marker and the
 * host's clock.
 * @throws HypervisorError also when the signal aborts; the migration goes on
 */
export async function watchToEnd(
  hosts: LibvirtHosts,
  handle: MigrationHandle,
  ids: DomainIds,
  submission: Submission | undefined,
  options: WatchOptions,
): Promise<MigrationEnd> {
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  let latest: HypervisorFigures = {};
  const follow = followProgress(hosts, handle, signal, (progress, figures) => {
    latest = figures;
    options.onProgress?.(progress);
  });
  try {
    const end = submission === undefined ? null : await untilAborted(submission.ended, options.signal, handle);
    if (submission !== undefined && end?.exitCode === 0) {
      options.onOver?.();
      const told = await untilAborted(submission.figures, options.signal, handle);
      const figures = told ?? (await askForFigures(hosts, handle, ids, options.signal));
      return { state: 'succeeded', ...heardOf(end, figures.finishedAtMs, handle), figures };
    }
    const judged = await untilJudged(hosts, handle, ids, options.signal);
    const recovered = asEnd(judged, handle, latest);
    // virsh's refusal arrived here, so its time is observed; a success that virsh missed is not.
    return end !== null && recovered.state !== 'succeeded'
      ? { ...recovered, ...heardOf(end, judged.endMs, handle) }
      : recovered;
  } finally {
    stop.abort();
    await follow;
  }
}

/** When it ended, by virsh's word that arrived here and its source's record of the end, UTC ms of the source's clock. */
function heardOf(
  { heardAtMs, heardWallMs }: SubmissionEnd,
  endHostMs: number | undefined,
  { reference }: MigrationHandle,
): Pick<MigrationEnd, 'finishedAtMs' | 'provenance'> {
  const { clockOffsetMs } = readReference(reference);
  return whenEnded(heardAtMs, endHostMs === undefined ? null : heardWallMs - (endHostMs - clockOffsetMs));
}

async function askForFigures(
  hosts: LibvirtHosts,
  handle: MigrationHandle,
  ids: DomainIds,
  signal: AbortSignal,
): Promise<HypervisorFigures> {
  try {
    const { source, target, judged } = await patiently(signal, async () =>
      lookAtBoth(hosts, handle, ids, true, signal),
    );
    return 'figures' in judged ? judged.figures : completedFigures(source, target);
  } catch (error) {
    // A host that fell silent takes the figures with it, not the success.
    if (error instanceof HypervisorError && error.retryable && !signal.aborted) return {};
    throw error;
  }
}

/** The end in the common words; times on our clock by the offset that the handle was made with. */
export function asEnd(judged: Ended, handle: MigrationHandle, latest: HypervisorFigures = {}): MigrationEnd {
  const finishedAtMs = judged.endMs - readReference(handle.reference).clockOffsetMs;
  if (judged.state === 'succeeded')
    return { state: 'succeeded', finishedAtMs, provenance: 'recovered', figures: judged.figures };
  const { state, code, message } = judged;
  return { state, finishedAtMs, provenance: 'recovered', figures: { ...latest, ...judged.figures }, code, message };
}

/** A judgement that is final. */
export type Ended = Extract<Judgement, { state: 'succeeded' | 'failed' | 'cancelled' }>;

async function untilJudged(
  hosts: LibvirtHosts,
  handle: MigrationHandle,
  ids: DomainIds,
  signal: AbortSignal,
): Promise<Ended> {
  let traceless: number | undefined;
  for (;;) {
    const { source, judged } = await patiently(signal, async () => lookAtBoth(hosts, handle, ids, true, signal));
    if (judged.state !== 'none' && judged.state !== 'running') return judged;
    traceless = judged.state === 'running' ? undefined : (traceless ?? performance.now());
    if (traceless !== undefined && performance.now() - traceless > NO_TRACE_PATIENCE_MS) {
      return {
        state: 'failed',
        beginMs: source.marker?.beginMs ?? null,
        endMs: Date.now() + source.clockOffsetMs,
        code: 'protocol',
        message: whatIsKnown(handle, source),
        figures: {},
      };
    }
    await pause(handle, signal);
  }
}

/** What is said of a migration that left no trace; both hosts were asked whether the VM arrived. */
function whatIsKnown({ intent: { vm, from, to } }: MigrationHandle, { marker }: HostView): string {
  const virsh =
    marker === null
      ? `its marker on ${from} is gone, as by a restart of that host`
      : `virsh ended on ${from} without a result`;
  return `what became of it is not known: ${virsh}, no job runs, and ${vm} did not arrive on ${to}; "drover retry" makes a new intent`;
}

async function patiently<T>(signal: AbortSignal, look: () => Promise<T>): Promise<T> {
  const since = performance.now();
  for (;;) {
    try {
      return await look();
    } catch (error) {
      const lasting =
        !(error instanceof HypervisorError) || !error.retryable || performance.now() - since > PATIENCE_MS;
      if (lasting || signal.aborted) throw error;
      await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}

async function followProgress(
  hosts: LibvirtHosts,
  handle: MigrationHandle,
  signal: AbortSignal,
  report: (progress: MigrationProgress, figures: HypervisorFigures) => void,
): Promise<void> {
  const { uuid } = readReference(handle.reference);
  for (;;) {
    await sleep(PROGRESS_EVERY_MS, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
    // Progress is a courtesy: a host that does not answer now is asked again, and only the end decides.
    const answer = await hosts
      .run(handle.intent.from, PROGRESS, [uuid], { timeoutMs: PROGRESS_TIMEOUT_MS, signal })
      .catch(() => null);
    const job = answer === null ? null : parseJobInfo(answer.stdout);
    if (job?.type !== 'running' || job.operation !== 'outgoing') continue;
    report(
      {
        elapsedMs: job.totalMs ?? 0,
        ...(job.processedBytes === undefined ? {} : { transferredBytes: job.processedBytes }),
        ...(job.remainingBytes === undefined ? {} : { remainingBytes: job.remainingBytes }),
        ...(job.iterations === undefined ? {} : { iteration: job.iterations }),
        ...(job.dirtyBytesPerS === undefined ? {} : { dirtyBytesPerS: job.dirtyBytesPerS }),
      },
      jobFigures(job),
    );
  }
}

async function untilAborted<T>(work: Promise<T>, signal: AbortSignal, handle: MigrationHandle): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      reject(abandoned(handle));
    };
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', stop);
    });
  });
}

async function pause(handle: MigrationHandle, signal: AbortSignal): Promise<void> {
  await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
  if (signal.aborted) throw abandoned(handle);
}

function abandoned({ intent }: MigrationHandle): HypervisorError {
  return new HypervisorError(
    'cancelled',
    `Watching the migration of ${intent.vm} was given up; the migration goes on.`,
    true,
    'The next attempt finds it again.',
  );
}
