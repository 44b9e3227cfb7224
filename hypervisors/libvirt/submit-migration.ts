import { HypervisorError } from '../types';
import type { HypervisorFigures, MigrationHandle, MigrationIntent } from '../types';
import { whenRequested } from '../when-ended';
import { DEADLINE_MET, parseClock, parseSections } from './host-script';
import { toldFigures } from './judge-evidence';
import type { LibvirtHosts } from './libvirt-hosts';
import { markersUnwritable } from './markers-unwritable';
import { asHypervisorError } from './remote-failure';
import { staleVm } from './stale-vm';
import { SUBMIT } from './submit-script';
import { virshError } from './virsh-errors';

const ACCEPT_TIMEOUT_MS = 15_000;

/** What the host is told besides the intent. */
export interface SubmissionOrder {
  readonly uuid: string;
  /** What the baseline says of the VM on its source: process of its QEMU, libvirt's id. */
  readonly known: { readonly pid: number | null; readonly id: number | null };
  readonly migrateArgs: readonly string[];
  /** The host refuses it later than this by our clock, UTC ms; infinite: never. */
  readonly acceptUntilMs: number;
  /** Source host's clock minus ours. */
  readonly clockOffsetMs: number;
}

/** virsh's exit code and when it arrived: on the clock of the request, and by the wall clock, which hosts' clocks are compared with. */
export interface SubmissionEnd {
  readonly exitCode: number;
  readonly heardAtMs: number;
  readonly heardWallMs: number;
}

/** A migration whose channel this process holds. Times UTC ms on one monotonic clock. */
export interface Submission {
  /** When it was requested, and how that is known: the host says when it began. */
  readonly requested: Pick<MigrationHandle, 'requestedAtMs' | 'provenance'>;
  /** Null if the channel broke before virsh ended. Never rejects. */
  readonly ended: Promise<SubmissionEnd | null>;
  /** What the source says of the migration after a success; null if the channel did not bring it. Never rejects. */
  readonly figures: Promise<HypervisorFigures | null>;
}

/**
 * Sets the intent's marker and starts virsh on the source host; resolves as soon as the host says that both were done.
 * @throws HypervisorError rejected if the marker is already set; stale if the VM has left; timeout if it came too late; retryable if it is not known whether it was set
 */
export async function submitMigration(
  hosts: LibvirtHosts,
  intent: MigrationIntent,
  { uuid, known, migrateArgs, acceptUntilMs, clockOffsetMs }: SubmissionOrder,
): Promise<Submission> {
  const limit = intent.options.downtimeLimitMs;
  const until = Number.isFinite(acceptUntilMs) ? String(Math.floor((acceptUntilMs + clockOffsetMs) / 1_000)) : '';
  const text = (value: number | null | undefined): string =>
    value === null || value === undefined ? '' : String(Math.round(value));
  const same = [intent.vm, uuid, text(known.pid), text(known.id)];
  const args = [intent.id, until, ...same, text(limit), ...migrateArgs];
  const sentWallMs = Date.now();
  // In fractions of a millisecond, on the clock that armed activities fire by.
  const sentAtMs = performance.timeOrigin + performance.now();
  const sentAt = performance.now();
  return new Promise((resolve, reject) => {
    let arrived = '';
    let end: SubmissionEnd | null = null;
    let finish: (value: SubmissionEnd | null) => void = () => undefined;
    const ended = new Promise<SubmissionEnd | null>((done) => {
      finish = done;
    });
    let tell: (value: HypervisorFigures | null) => void = () => undefined;
    const figures = new Promise<HypervisorFigures | null>((done) => {
      tell = done;
    });
    const timer = setTimeout(() => {
      reject(
        new HypervisorError(
          'timeout',
          `${intent.from} did not accept the migration of ${intent.vm} in time.`,
          true,
          'The host may be overloaded; the next attempt looks for the marker first.',
        ),
      );
    }, ACCEPT_TIMEOUT_MS);
    const onOutput = (text: string): void => {
      arrived += text;
      const lines = arrived.split('\n').slice(0, -1);
      if (['taken', 'unwritable', 'late', 'stale', 'silent'].some((word) => lines.includes(word)))
        reject(refusal(intent, lines));
      const begun = lines.find((line) => line.startsWith('begun '));
      if (begun !== undefined) {
        const beginMs = parseClock(begun.slice('begun '.length));
        const lateMs = beginMs === null ? null : beginMs - clockOffsetMs - sentWallMs;
        resolve({ requested: whenRequested(sentAtMs, lateMs), ended, figures });
      }
      const code = lines.map((line) => /^end (\d+)$/.exec(line)?.[1]).find((found) => found !== undefined);
      if (code === undefined || end !== null) return;
      const heardAtMs = sentAtMs + (performance.now() - sentAt);
      end = { exitCode: Number(code), heardAtMs, heardWallMs: Date.now() };
      finish(end);
    };
    hosts
      .run(intent.from, SUBMIT, args, { onOutput })
      .then(
        ({ stderr }) => {
          reject(
            new HypervisorError(
              'protocol',
              `${intent.from} did not start the migration of ${intent.vm}: ${stderr.trim()}`,
              true,
              'Does the host have sh, setsid and virsh?',
            ),
          );
        },
        (error: unknown) => {
          reject(asHypervisorError(intent.from, error));
        },
      )
      .finally(() => {
        clearTimeout(timer);
        finish(end);
        tell(toldFigures(parseSections(arrived)));
      });
  });
}

function refusal(intent: MigrationIntent, lines: readonly string[]): HypervisorError {
  if (lines.includes('taken')) {
    return new HypervisorError(
      'rejected',
      `${intent.from} already has a marker for ${intent.id}.`,
      false,
      'An earlier attempt submitted it: look for its migration.',
    );
  }
  if (lines.includes('late')) {
    return new HypervisorError(
      'timeout',
      `The request to migrate ${intent.vm} reached ${intent.from} too late.`,
      true,
      'Worker, network or host stood still; the next attempt looks whether another one submitted it.',
    );
  }
  if (lines.includes('stale')) return staleVm(intent);
  if (lines.includes('silent')) return virshError(intent.from, `Looking ${intent.vm} up`, '', DEADLINE_MET);
  return markersUnwritable(intent.from);
}
