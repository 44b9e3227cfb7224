import { quote } from '../remote/quote';

/** Where agents may live on a machine: in memory, so that a restart of the machine leaves nothing. */
export const PLACES: readonly string[] = ['/run/drover-agents', '/dev/shm/drover-agents'];

/**
 * Finds the first place where this user may run programs of its own, makes the campaign's folder there and prints it,
 * then the SHA-256 of the program that is there already (`none`: none is there; nothing: it cannot be computed).
 */
export function findPlaceScript(places: readonly string[], folder: string, program: string): string {
  const dir = '"$p"/' + quote([folder]);
  const file = `${dir}/${quote([program])}`;
  // A folder that somebody else made, or a link, could swap the program; a file system may forbid programs.
  return (
    `umask 077; for p in ${quote(places)}; do { [ -d "$p" ] || mkdir "$p"; } 2>/dev/null; ` +
    '[ -d "$p" ] && [ ! -L "$p" ] && [ -O "$p" ] && [ -w "$p" ] || continue; ' +
    `mkdir -p ${dir} || continue; t=${dir}/drover-agent-try.$$; printf '#!/bin/sh\\nexit 0\\n' > "$t" && chmod 700 "$t"; ` +
    `if "$t" 2>/dev/null; then rm -f "$t"; printf '%s\\n' ${dir}; ` +
    `if [ -x ${file} ]; then sha256sum < ${file} 2>/dev/null | cut -d' ' -f1; else echo none; fi; exit 0; fi; ` +
    `rm -f "$t"; rmdir ${dir} "$p" 2>/dev/null; done; exit 3`
  );
}

/** Starts an agent or changes what it does, by its desired state. */
export function startScript(program: string, directory: string, agent: string, lines: readonly string[]): string {
  return quote([program, 'start', agent, `${directory}/${agent}`, ...lines]);
}

/** Ends those agents of this campaign that are not wanted any more, as far as they are there. */
export function stopScript(program: string, directory: string, agents: readonly string[]): string {
  return agents
    .map((agent) => `${directory}/${agent}`)
    .map((folder) => `[ ! -d ${quote([folder])} ] || ${quote([program, 'stop', folder, '5'])}`)
    .join('; ');
}

/** Prints the ids of other campaigns that have an echo on one of the ports. */
export function portHolderScript(
  places: readonly string[],
  folder: string,
  { port, ports }: { readonly port: number; readonly ports: number },
): string {
  const lines = Array.from({ length: ports }, (_, index) => ['-e', `port=${String(port + index)}`]).flat();
  return (
    `for p in ${quote(places)}; do for s in "$p"/*/echo/status; do ` +
    `[ "$s" != "$p"/${quote([folder])}/echo/status ] && grep -qx ${quote(lines)} "$s" 2>/dev/null && ` +
    'sed -n \'s/^campaign=//p\' "${s%status}desired"; done; done; true'
  );
}

/** Prolongs the leases of all agents of a campaign; prints `agent NAME` and then its status, for each. */
export function renewScript(places: readonly string[], folder: string, renewal: number): string {
  return forEachAgent(
    places,
    folder,
    `printf 'agent %s\\n' "\${a##*/}"; "$b" renew "$a" ${quote([String(renewal)])};`,
    '',
  );
}

/** Ends all agents of a campaign and deletes its folder; prints what could not be deleted. */
export function removeScript(places: readonly string[], folder: string): string {
  return forEachAgent(
    places,
    folder,
    '"$b" stop "$a" 5 > /dev/null 2>&1;',
    'rm -rf "$d"; rmdir "$p" 2>/dev/null; [ ! -e "$d" ] || printf \'%s\\n\' "$d";',
  );
}

// The last agent that ends deletes the program and the folder, so both may vanish between two commands.
function forEachAgent(places: readonly string[], folder: string, each: string, after: string): string {
  return (
    `for p in ${quote(places)}; do d="$p"/${quote([folder])}; [ -d "$d" ] || continue; ` +
    `for a in "$d"/*/; do a="\${a%/}"; [ -d "$a" ] || continue; ` +
    `for b in "$d"/drover-agent-*; do [ -x "$b" ] || continue; ${each} break; done; done; ${after} done; true`
  );
}

/** Splits what `renewScript` printed into the text of each agent. */
export function splitRenewal(text: string): ReadonlyMap<string, string> {
  const parts = new Map<string, string>();
  let name = '';
  for (const line of text.split('\n')) {
    const begun = /^agent ([a-z]+)$/.exec(line)?.[1];
    if (begun !== undefined) name = begun;
    parts.set(name, begun === undefined ? `${parts.get(name) ?? ''}${line}\n` : '');
  }
  return parts;
}
