import { printable } from '../../campaign/plan/printable';
import { HypervisorError } from '../types';
import type { HypervisorErrorCode } from '../types';
import { DEADLINE_MET, VIRSH_DEADLINE_S } from './host-script';

/** virsh says what is wrong in its first lines; no more is searched, and less is shown. */
const MOST_READ = 16_384;
const LONGEST = 1_000;

interface Rule {
  readonly pattern: RegExp;
  readonly code: HypervisorErrorCode;
  readonly retryable: boolean;
  readonly hint: string;
}

/** Messages of libvirt 9 to 11 and of the ssh it starts for `qemu+ssh`, in English (virsh runs with LC_ALL=C). */
const RULES: readonly Rule[] = [
  {
    pattern: /operation aborted: (job )?'?migration (out|in)'?.*canceled by client/,
    code: 'cancelled',
    retryable: false,
    hint: 'The migration was cancelled; the VM still runs on its source host.',
  },
  {
    pattern:
      /another migration job is already running for domain|cannot acquire state change lock|another job is (already )?(active|running)/,
    code: 'busy',
    retryable: true,
    hint: 'Another operation holds the VM; wait for it or look at `virsh domjobinfo`.',
  },
  {
    pattern: /Host key verification failed/,
    code: 'host-key',
    retryable: false,
    hint: "The source host does not know the target's SSH host key: add it to /root/.ssh/known_hosts there.",
  },
  {
    pattern:
      /Permission denied \((publickey|password|keyboard-interactive)|authentication failed|Authentication failed/,
    code: 'authentication',
    retryable: false,
    hint: "The source host cannot log in to the target: check the source's SSH key and the target's authorized_keys.",
  },
  {
    pattern: /access denied|Failed to connect socket to '[^']*': Permission denied/,
    code: 'not-permitted',
    retryable: false,
    hint: 'The SSH user may not use qemu:///system: log in as root or add it to the group libvirt.',
  },
  {
    pattern: /Attempt to migrate guest to the same host/,
    code: 'bad-state',
    retryable: false,
    hint: 'Source and target are the same machine, or their libvirt host UUIDs are equal.',
  },
  {
    pattern: /failed to get domain '|Domain not found/,
    code: 'not-found',
    retryable: false,
    hint: 'Is the VM still defined on that host? `virsh list --all` shows it.',
  },
  {
    pattern: /domain is not running|no job is active on the domain|domain '[^']*' (is already active|already exists)/,
    code: 'bad-state',
    retryable: false,
    hint: 'The VM is not in the state that this needs; look at `virsh domstate --reason` on both hosts.',
  },
  {
    pattern:
      /unable to connect to server at '|Could not resolve hostname|No route to host|Connection (refused|reset by peer|timed out)|Network is unreachable|Failed to connect socket to '|Cannot recv data|End of file while reading data|client socket is closed|Disconnected from |keepalive timeout|Cannot write data: Broken pipe/,
    code: 'unreachable',
    retryable: true,
    hint: 'Is libvirtd running on both hosts, and does the source host reach the target by the name in migrateUri?',
  },
  {
    pattern: /cannot set up guest memory|Cannot allocate memory|[Nn]ot enough (free )?memory/,
    code: 'no-room',
    retryable: false,
    hint: 'The target host lacks memory for this VM: move another VM away first, or choose another target.',
  },
  {
    pattern: /[Nn]ot supported|unsupported (flags|option)|argument unsupported|doesn't support|does not support/,
    code: 'unsupported',
    retryable: false,
    hint: 'This libvirt or QEMU cannot do it; leave the option out.',
  },
  {
    pattern:
      /unsupported configuration|guest CPU doesn't match|CPU is incompatible|Unsafe migration|ABI stability check|Cannot access storage file|Cannot get interface MTU|Unable to find/,
    code: 'incompatible',
    retryable: false,
    hint: 'The target host cannot take this VM as it is: compare CPU model, machine type, storage and bridges of both hosts.',
  },
  {
    pattern: /Timed out during operation/,
    code: 'timeout',
    retryable: true,
    hint: 'libvirt did not answer in time; the host may be overloaded.',
  },
];

const UNKNOWN = {
  code: 'protocol',
  retryable: false,
  hint: "virsh's own message says what is wrong; see also libvirtd's log on that host.",
} as const;

/** It ended without a word: at its deadline, or because somebody ended it or swallowed what it said. */
const SILENT = {
  code: 'timeout',
  retryable: true,
  hint: 'libvirtd on that host is frozen or overloaded; the same call succeeds once it answers.',
} as const;

const KILLED = {
  code: 'unreachable',
  retryable: true,
  hint: 'Something on that host ends processes: is it going down, or out of memory?',
} as const;

/** The signal that ended a command, as the shell's exit code says it; null: it ended by itself, or that is not known. */
function signalOf(exitCode: number | null): number | null {
  return exitCode !== null && exitCode > 128 ? exitCode - 128 : null;
}

/** virsh lost sight of what it had asked for, so its failure says nothing about the migration. */
export function isInconclusive(exitCode: number, output: string): boolean {
  if (exitCode === 0) return false;
  return (
    signalOf(exitCode) !== null ||
    /Disconnected from |End of file while reading data|client socket is closed|keepalive timeout|Cannot write data/.test(
      output.slice(0, MOST_READ),
    )
  );
}

/** The common code of a virsh that failed, by its exit code (null: not known) and what it printed. */
export function classifyVirshError(output: string, exitCode: number | null = null): Omit<Rule, 'pattern'> {
  const read = output.slice(0, MOST_READ);
  const known = exitCode === DEADLINE_MET ? undefined : RULES.find(({ pattern }) => pattern.test(read));
  const { code, retryable, hint } = known ?? withoutRule(read, exitCode);
  return { code, retryable, hint };
}

function withoutRule(read: string, exitCode: number | null): Omit<Rule, 'pattern'> {
  if (signalOf(exitCode) !== null) return KILLED;
  return exitCode === DEADLINE_MET || read.trim() === '' ? SILENT : UNKNOWN;
}

/** What virsh said, without its prefix, on one line of bounded length; else how it ended. */
export function virshMessage(output: string, exitCode: number | null = null): string {
  const lines = output
    .slice(0, MOST_READ)
    .split('\n')
    .map((line) => line.trim().replace(/^error: /, ''));
  const said = lines.filter((line) => line !== '').join('; ');
  const ended = exitCode === DEADLINE_MET ? howItEnded(exitCode) : '';
  return printable([ended, said].filter((part) => part !== '').join('; ') || howItEnded(exitCode), LONGEST);
}

function howItEnded(exitCode: number | null): string {
  const signal = signalOf(exitCode);
  if (signal !== null) return `virsh was ended by signal ${String(signal)}`;
  if (exitCode === DEADLINE_MET || exitCode === null)
    return `libvirtd did not answer within ${String(VIRSH_DEADLINE_S)} s`;
  return `virsh failed without a message (exit code ${String(exitCode)})`;
}

/** The error to throw for a virsh command that failed on a host; `exitCode` null: not known. */
export function virshError(
  host: string,
  doing: string,
  output: string,
  exitCode: number | null = null,
): HypervisorError {
  const { code, retryable, hint } = classifyVirshError(output, exitCode);
  return new HypervisorError(code, `${doing} on ${host}: ${virshMessage(output, exitCode)}`, retryable, hint);
}
