import type { HypervisorErrorCode, HypervisorFigures, MarkerState } from '../types';
import { DEADLINE_MET, parseClock } from './host-script';
import type { HostView } from './look-at-host';
import { parseJobInfo } from './parse-job-info';
import type { JobInfo } from './parse-job-info';
import { classifyVirshError, isInconclusive, virshMessage } from './virsh-errors';

/**
 * What the evidence says; times are UTC ms of the source host's clock unless its logs were all there is. `unseen`: the target
 * would have to say whether the VM arrived, and does not answer.
 */
export type Judgement =
  | { readonly state: 'none'; readonly marker: MarkerState; readonly arrived?: true; readonly logged?: LoggedMove }
  | { readonly state: 'unseen' }
  | { readonly state: 'running'; readonly beginMs: number | null }
  | {
      readonly state: 'succeeded';
      readonly beginMs: number | null;
      readonly endMs: number;
      readonly figures: HypervisorFigures;
    }
  | {
      readonly state: 'failed' | 'cancelled';
      readonly beginMs: number | null;
      readonly endMs: number;
      readonly code: HypervisorErrorCode;
      readonly message: string;
      readonly figures: HypervisorFigures;
    };

/** The last move from source to target since the baseline by QEMU's logs, UTC ms of each host's own clock. */
export interface LoggedMove {
  /** The target's QEMU was started, well under a second after the request. */
  readonly targetBeganMs: number;
  readonly sourceEndedMs: number;
}

/** The part of a baseline that tells this migration from an earlier one. */
export interface DomainIds {
  readonly sourceId: number | null;
  readonly targetId: number | null;
}

/** Refusals by which virsh says that this submission moved nothing, wherever the VM is now. */
const REFUSALS: readonly HypervisorErrorCode[] = [
  'cancelled',
  'busy',
  'not-found',
  'bad-state',
  'unsupported',
  'not-permitted',
];
const SLACK_MS = 1_000;

/**
 * Judges what became of an intent. Order of evidence: the marker on the source (until it has begun nothing was submitted),
 * virsh's exit code, the process that waits for virsh, the job on the source, where the VM runs and under which id,
 * and for the times the completed job on either end and last QEMU's logs. Source: design.md section 5.
 * Without a marker an arrival says nothing of who asked for it, unless the intent was surely `submitted`: then a restart of
 * the source took the marker. `target` null: it does not answer.
 */
export function judgeEvidence(
  source: HostView,
  target: HostView | null,
  baseline: DomainIds,
  submitted = false,
): Judgement {
  const { marker } = source;
  const arrived = hasArrived(source, target, baseline);
  if (marker === null) return withoutMarker(source, target, arrived, submitted);
  if (marker.fate !== 'begun') return { state: 'none', marker: marker.fate };
  const { beginMs, exitCode } = marker;
  const refusal = exitCode === null || exitCode === 0 ? null : classifyVirshError(marker.output, exitCode);
  const conclusive = exitCode !== null && !isInconclusive(exitCode, marker.output);
  // Only what precedes the migration has a deadline: libvirtd was not asked to migrate.
  const refused = refusal !== null && (exitCode === DEADLINE_MET || REFUSALS.includes(refusal.code));
  if (conclusive && refused) return failure(source, refusal.code);
  if (conclusive && exitCode === 0) return success(source, target);
  if (exitCode === null && marker.alive) return { state: 'running', beginMs };
  if (!conclusive && isSending(source)) return { state: 'running', beginMs };
  if (arrived === null) return { state: 'unseen' };
  if (arrived) return success(source, target);
  if (exitCode !== null && (conclusive || source.domainId === baseline.sourceId))
    return failure(source, marker.cancelled ? 'cancelled' : (refusal?.code ?? 'protocol'));
  return { state: 'none', marker: 'begun' };
}

function withoutMarker(
  source: HostView,
  target: HostView | null,
  arrived: boolean | null,
  submitted: boolean,
): Judgement {
  if (submitted && isSending(source)) return { state: 'running', beginMs: null };
  if (arrived === null) return { state: 'unseen' };
  if (arrived && submitted) return success(source, target);
  if (!arrived) return { state: 'none', marker: 'absent' };
  const logged = target === null ? null : loggedMove(source, target);
  return { state: 'none', marker: 'absent', arrived, ...(logged === null ? {} : { logged }) };
}

function loggedMove(source: HostView, target: HostView): LoggedMove | null {
  const targetBeganMs = lastLogTime(target.log, 'starting up');
  const sourceEndedMs = lastLogTime(source.log, 'shutting down, reason=migrated');
  return targetBeganMs === null || sourceEndedMs === null ? null : { targetBeganMs, sourceEndedMs };
}

/**
 * Whether the VM is on the target since the baseline; null: that is not known. `running (migrated)` alone proves nothing: a
 * VM that came by an earlier migration keeps that reason. Its id is new. And a VM that runs on the source as before is nowhere else.
 */
function hasArrived(source: HostView, target: HostView | null, baseline: DomainIds): boolean | null {
  if (target === null) return runsAsBefore(source, baseline) ? false : null;
  return target.domainId !== null && target.domainId !== baseline.targetId && runs(target);
}

function runsAsBefore(source: HostView, { sourceId }: DomainIds): boolean {
  return sourceId !== null && source.domainId === sourceId && runs(source) && source.job?.type !== 'running';
}

const isSending = ({ job }: HostView): boolean => job?.type === 'running' && job.operation === 'outgoing';

const runs = ({ state }: HostView): boolean => state?.startsWith('running') === true;

function success(source: HostView, target: HostView | null): Judgement {
  const beginMs = source.marker?.beginMs ?? null;
  const endMs =
    source.marker?.endMs ??
    lastLogTime(source.log, 'shutting down, reason=migrated') ??
    arrivalTime(target) ??
    clockNow(source);
  return {
    state: 'succeeded',
    beginMs,
    endMs,
    figures: { ...completedFigures(source, target), ...times(beginMs, endMs) },
  };
}

function failure(source: HostView, code: HypervisorErrorCode): Judgement {
  const beginMs = source.marker?.beginMs ?? null;
  const endMs = source.marker?.endMs ?? clockNow(source);
  const said = virshMessage(source.marker?.output ?? '', source.marker?.exitCode);
  const message = code === 'cancelled' && !said.includes('cancel') ? `cancelled on request; virsh said: ${said}` : said;
  return {
    state: code === 'cancelled' ? 'cancelled' : 'failed',
    beginMs,
    endMs,
    code,
    message,
    figures: times(beginMs, endMs),
  };
}

/** Figures of the completed job: the source's, which also post-copy leaves there, else the target's. */
export function completedFigures(source: HostView, target: HostView | null): HypervisorFigures {
  const { beginMs, endMs } = source.marker ?? { beginMs: null, endMs: null };
  const job = [source.completed, target?.completed ?? null].find((each) => belongs(each, beginMs, endMs));
  return job === undefined || job === null ? {} : jobFigures(job);
}

/** Figures of a success as its source tells them on the channel that started it; null if they are not all there. */
export function toldFigures(sections: ReadonlyMap<string, string>): HypervisorFigures | null {
  const [beginMs, endMs] = [parseClock(sections.get('begin')), parseClock(sections.get('end'))];
  const job = parseJobInfo(sections.get('completed') ?? '');
  if (job === null || beginMs === null || endMs === null || !belongs(job, beginMs, endMs)) return null;
  return { ...jobFigures(job), ...times(beginMs, endMs) };
}

/** A completed job may be that of an earlier migration, which does not fit between begin and end of this one. */
function belongs(job: JobInfo | null, beginMs: number | null, endMs: number | null): boolean {
  const windowMs = beginMs === null || endMs === null ? Number.POSITIVE_INFINITY : endMs - beginMs;
  return job?.type === 'completed' && job.operation !== 'other' && (job.totalMs ?? 0) <= windowMs + SLACK_MS;
}

/** A job's figures in the common words. */
export function jobFigures(job: JobInfo): HypervisorFigures {
  return {
    ...(job.totalMs === undefined ? {} : { totalMs: job.totalMs }),
    ...(job.downtimeMs === undefined ? {} : { downtimeMs: job.downtimeMs }),
    ...(job.processedBytes === undefined ? {} : { transferredBytes: job.processedBytes }),
    ...(job.iterations === undefined ? {} : { iterations: job.iterations }),
  };
}

function times(beginMs: number | null, endMs: number): HypervisorFigures {
  return { ...(beginMs === null ? {} : { startedAtMs: beginMs }), finishedAtMs: endMs };
}

function clockNow({ clockOffsetMs }: HostView): number {
  return Date.now() + clockOffsetMs;
}

/** When the VM was there: its QEMU was started to receive it as long before as its job says. */
function arrivalTime(target: HostView | null): number | null {
  const startedMs = lastLogTime(target?.log ?? '', 'starting up');
  return startedMs === null ? null : startedMs + (target?.completed?.totalMs ?? 0);
}

function lastLogTime(log: string, event: string): number | null {
  const line = log.split('\n').findLast((candidate) => candidate.includes(event));
  const time = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d\.\d+)\+0000: /.exec(line ?? '');
  const atMs = time === null ? Number.NaN : Date.parse(`${time[1] ?? ''}T${time[2] ?? ''}Z`);
  return Number.isNaN(atMs) ? null : atMs;
}
