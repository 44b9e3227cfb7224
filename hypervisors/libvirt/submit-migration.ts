import { HypervisorError } from '../types';
import type { MigrationIntent } from '../types';
import type { LibvirtHosts } from './libvirt-hosts';
import { asHypervisorError } from './remote-failure';

// Arguments: intent id, last second of the host's clock at which it may begin or '', uuid, downtime limit in ms or '',
// then those of virsh migrate.
// The process that waits for virsh has a session of its own and ignores what the end of a connection sends, and virsh
// inherits that. It tells the channel first and writes files after, because the channel measures. `rc` is renamed into
// place last: whoever sees it sees everything.
const SUBMIT = `
d="$base/$1" until=$2; shift 2
t=$(now); [ -z "$until" ] || [ "\${t%[.,]*}" -le "$until" ] || { echo late; exit 0; }
mkdir -p "$base" || { echo unwritable; exit 0; }
mkdir "$d" 2>/dev/null || { if [ -d "$d" ]; then echo taken; else echo unwritable; fi; exit 0; }
exec 3>&1
setsid sh -c '
trap "" HUP INT TERM PIPE
d=$1 u=$2 limit=$3; shift 3
echo $$ > "$d/pid"
echo "$u" > "$d/uuid"
now() { if [ -n "\${EPOCHREALTIME:-}" ]; then echo "$EPOCHREALTIME"; else date +%s.%N; fi; }
: > "$d/out"
now > "$d/begin"
echo begun >&3
if [ -z "$limit" ] || timeout 10 virsh -q -c qemu:///system migrate-setmaxdowntime --domain "$u" --downtime "$limit" >> "$d/out" 2>&1 3>&-; then
  virsh -q -c qemu:///system migrate "$@" >> "$d/out" 2>&1 3>&-
  rc=$?
else
  rc=1
fi
echo "end $rc" >&3
now > "$d/end"
echo "$rc" > "$d/rc.new"
mv "$d/rc.new" "$d/rc"
' drover "$d" "$@" </dev/null >/dev/null 2>&1 &
wait $!
exit 0
`;
const ACCEPT_TIMEOUT_MS = 15_000;

/** What the host is told besides the intent. */
export interface SubmissionOrder {
  readonly uuid: string;
  readonly migrateArgs: readonly string[];
  /** The host refuses it later than this by its own clock, UTC ms; infinite: never. */
  readonly acceptUntilHostMs: number;
}

/** virsh's exit code and when it arrived. */
interface SubmissionEnd {
  readonly exitCode: number;
  readonly finishedAtMs: number;
}

/** A migration whose channel this process holds. Times UTC ms on one monotonic clock. */
export interface Submission {
  readonly requestedAtMs: number;
  /** Null if the channel broke before virsh ended. Never rejects. */
  readonly ended: Promise<SubmissionEnd | null>;
}

/**
 * Sets the intent's marker and starts virsh on the source host; resolves as soon as the host says that both were done.
 * @throws HypervisorError rejected if the marker is already set; timeout if it came too late; retryable if it is not known whether it was set
 */
export async function submitMigration(
  hosts: LibvirtHosts,
  intent: MigrationIntent,
  { uuid, migrateArgs, acceptUntilHostMs }: SubmissionOrder,
): Promise<Submission> {
  const limit = intent.options.downtimeLimitMs;
  const until = Number.isFinite(acceptUntilHostMs) ? String(Math.floor(acceptUntilHostMs / 1_000)) : '';
  const args = [intent.id, until, uuid, limit === undefined ? '' : String(Math.round(limit)), ...migrateArgs];
  // In fractions of a millisecond, on the clock that armed activities fire by.
  const requestedAtMs = performance.timeOrigin + performance.now();
  const sentAt = performance.now();
  return new Promise((resolve, reject) => {
    let arrived = '';
    let end: SubmissionEnd | null = null;
    let finish: (value: SubmissionEnd | null) => void = () => undefined;
    const ended = new Promise<SubmissionEnd | null>((done) => {
      finish = done;
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
      if (['taken', 'unwritable', 'late'].some((word) => lines.includes(word))) reject(refusal(intent, lines));
      else if (lines.includes('begun')) resolve({ requestedAtMs, ended });
      const code = lines.map((line) => /^end (\d+)$/.exec(line)?.[1]).find((found) => found !== undefined);
      if (code === undefined || end !== null) return;
      end = { exitCode: Number(code), finishedAtMs: requestedAtMs + (performance.now() - sentAt) };
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
  return new HypervisorError(
    'not-permitted',
    `${intent.from}: /run/drover/intents cannot be written.`,
    false,
    'The SSH user needs write access to /run/drover on the host.',
  );
}
