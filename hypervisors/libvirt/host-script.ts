import { quote } from '../../remote/quote';

/** How long `v` waits for libvirtd, seconds. */
export const VIRSH_DEADLINE_S = 10;

/** Exit code of `v` if libvirtd did not answer in that time: that of timeout(1). */
export const DEADLINE_MET = 124;

/**
 * What every script on a host starts with: `v` is virsh with a deadline, `now` the host's clock in seconds (with
 * microseconds in bash and busybox, which may lack `date +%N`; with nanoseconds from GNU date), `s` begins a section, and
 * `m` prints the command by which virsh begins one itself. `f` ends the script because a virsh failed, and passes on its exit
 * code and what it printed, where that is at hand (see require-virsh.ts); `d` does so only if it did not end by itself, for
 * where it may fail.
 */
const PRELUDE = `
export LC_ALL=C PATH="$PATH:/usr/sbin:/sbin"
umask 077
base=/run/drover/intents
v() { timeout ${VIRSH_DEADLINE_S} virsh -q -c qemu:///system "$@"; }
now() { if [ -n "\${EPOCHREALTIME:-}" ]; then echo "$EPOCHREALTIME"; else date +%s.%N; fi; }
s() { printf '\\036%s\\n' "$1"; }
m() { printf "echo '\\036%s\\n'; " "$1"; }
f() { s failed; printf '%s\\n' "$@"; exit 0; }
d() { [ "$1" -lt ${DEADLINE_MET} ] || f "$1"; }
`;

/** The command line that runs a script with arguments, whatever the user's login shell is. */
export function scriptCommand(script: string, args: readonly string[]): string {
  return quote(['sh', '-c', PRELUDE + script, 'drover', ...args]);
}

/** Splits a script's output at the lines that `s` printed: section name to text. */
export function parseSections(stdout: string): ReadonlyMap<string, string> {
  const sections = stdout.split('\u001E').slice(1);
  return new Map(
    sections.map((section) => {
      const end = section.indexOf('\n');
      return end < 0 ? [section, ''] : [section.slice(0, end), section.slice(end + 1)];
    }),
  );
}

/** UTC milliseconds of a host's clock as `now` prints it; null if it printed something else. */
export function parseClock(text: string | undefined): number | null {
  // More digits are no time: 1e11 s is the year 5138.
  const match = /^(\d{1,11})(?:[.,](\d+))?(?!\d)/.exec(text?.trim() ?? '');
  return match === null ? null : Number(match[1]) * 1000 + Number(`0.${match[2] ?? '0'}`) * 1000;
}
