import { quote } from '../remote/quote';
import type { FetchPlan } from './fetch-plan';

const STOP_WITHIN_S = '20';
const MOST_GAP_BYTES = 2 ** 20;

/** Runs a command with the prober's program as `$b` and its state directory as `$s`; does nothing where it is not there. */
function withProgram(places: readonly string[], folder: string, command: string): string {
  return (
    `for p in ${quote(places)}; do d="$p"/${quote([folder])}; s="$d"/probe; [ -O "$d" ] || continue; ` +
    `for b in "$d"/drover-agent-*; do [ -x "$b" ] || continue; ${command}; exit $?; done; done; true`
  );
}

/** Prolongs the lease; prints the status. */
export function renewProberScript(places: readonly string[], folder: string, renewal: number): string {
  return withProgram(places, folder, `"$b" renew "$s" ${quote([String(renewal)])}`);
}

/** Prints the status. */
export function proberStatusScript(places: readonly string[], folder: string): string {
  return withProgram(places, folder, '"$b" status "$s"');
}

/** Prints the machine's clocks. */
export function proberClockScript(places: readonly string[], folder: string): string {
  return withProgram(places, folder, '"$b" clock');
}

/** Ends the prober, which would take its records with it if it were not told to keep them; prints its status. */
export function stopProberScript(places: readonly string[], folder: string): string {
  const keep =
    'if [ -f "$s"/desired ]; then umask 077; ' +
    'sed \'/^clean=/d\' "$s"/desired > "$s"/desired.keep && mv "$s"/desired.keep "$s"/desired || exit 1; fi';
  return withProgram(places, folder, `${keep}; "$b" stop "$s" ${STOP_WITHIN_S}`);
}

/** Prints the status, and only then which segments there are: of a prober that ran no more they are all. */
export function listSegmentsScript(places: readonly string[], folder: string): string {
  const list = 'for f in *.seg; do [ ! -f "$f" ] || stat -c \'file %n %s %Y\' "$f"; done';
  return withProgram(places, folder, `"$b" status "$s"; cd "$s" 2>/dev/null || exit 0; ${list}`);
}

/** Deletes what is outdated and prints the planned pieces, last the list of gaps from a byte on. */
export function fetchScript(
  places: readonly string[],
  folder: string,
  { pieces, outdated }: FetchPlan,
  gapsFrom: number,
): string {
  const print = pieces.map(({ segment: { name }, from, until }) => printPiece(name, from, until - from));
  const remove = outdated.length === 0 ? [] : [`rm -f ${quote(outdated)}`];
  const gaps = printPiece('gaps', gapsFrom, MOST_GAP_BYTES);
  return withProgram(places, folder, ['cd "$s" 2>/dev/null || exit 0', ...remove, ...print, gaps].join('; '));
}

function printPiece(name: string, from: number, bytes: number): string {
  return `echo piece ${name}; tail -c +${String(from + 1)} ${name} 2>/dev/null | head -c ${String(bytes)} | base64`;
}
