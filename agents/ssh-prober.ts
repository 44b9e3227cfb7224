import { appendFile, mkdir, readdir, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RemoteShell, SshTarget } from '../remote/types';
import { AgentError } from './agent-error';
import { machineLabel } from './agent-machine';
import { loadProgram } from './agent-program';
import { parseAgentStatus, type AgentStatus } from './agent-status';
import { bringProgram } from './bring-program';
import type { BuiltAgent } from './build';
import { campaignFolder } from './campaign-folder';
import { createProber, type Prober } from './create-prober';
import { parsePieces, parseSegmentList, planFetch } from './fetch-plan';
import { parseCursor } from './harvest-cursor';
import { PLACES, removeScript, startScript } from './machine-script';
import type { FetchedRecords } from './prober-machine';
import * as script from './prober-script';

/** How a prober on a machine that SSH reaches is made. */
export interface SshProberOptions {
  /** A folder of its own on this machine, for its book and for the records on their way. */
  readonly directory: string;
  readonly program: () => Promise<BuiltAgent>;
  readonly vantage: string;
  readonly campaignId: string;
  readonly shell: RemoteShell;
  readonly target: SshTarget;
  readonly places?: readonly string[];
}

const COMMAND_TIMEOUT_MS = 40_000;
const MOST_BYTES = 2 * 2 ** 20;

/**
 * Makes a prober on another machine. When its lease ends it goes with all it recorded; until then its records are copied
 * here piece by piece and read as those of a prober of this machine.
 */
export function createSshProber(options: SshProberOptions): Prober {
  const { directory, program, vantage, campaignId, shell, target, places = PLACES } = options;
  // Not the folder of host agents: the machine may be a host as well, and each goes by itself.
  const folder = campaignFolder(`${campaignId}~${vantage}`);
  const label = machineLabel({ kind: 'vantage', name: vantage });
  const mirror = join(directory, 'state');
  const run = async (command: string): Promise<string> => {
    const { code, stdout, stderr } = await shell.exec(target, command, { timeoutMs: COMMAND_TIMEOUT_MS });
    if (code === 0) return stdout;
    const said = stderr.trim() || `exit code ${String(code)}`;
    throw new AgentError(`${label} (${target.user}@${target.host}): ${said}`);
  };
  const ask = async (command: string): Promise<AgentStatus> => parseAgentStatus(await run(command));

  const fetch = async (cursorText: string | null): Promise<FetchedRecords> => {
    const cursor = parseCursor(cursorText);
    await mkdir(mirror, { recursive: true, mode: 0o700 });
    // What a call before this one left beyond the cursor may be cut off.
    const left = (await readdir(mirror)).filter((name) => name.endsWith('.seg') && name !== cursor.segment);
    await Promise.all(left.map((name) => rm(join(mirror, name))));
    const listed = await run(script.listSegmentsScript(places, folder));
    const { running } = parseAgentStatus(listed);
    const have = await sizeOf(join(mirror, cursor.segment));
    const plan = planFetch(parseSegmentList(listed), running, cursor, have, MOST_BYTES);
    const gapsHave = Math.min(cursor.gapsOffset, await sizeOf(join(mirror, 'gaps')));
    // One byte more: where it is no line's end, the list is another one, of a prober that began anew.
    const gapsFrom = Math.max(0, gapsHave - 1);
    const answer = parsePieces(await run(script.fetchScript(places, folder, plan, gapsFrom)));
    for (const { segment, from, until } of plan.pieces) {
      const bytes = answer.get(segment.name) ?? Buffer.alloc(0);
      // The prober dropped it just now, and tells so in its list of gaps.
      if (bytes.length === 0) continue;
      if (bytes.length !== until - from)
        throw new AgentError(
          `${label}: ${String(bytes.length)} bytes of ${segment.name} came, not ${String(until - from)}`,
        );
      await writeFrom(join(mirror, segment.name), from, bytes);
      await utimes(join(mirror, segment.name), segment.modifiedMs / 1000, segment.modifiedMs / 1000);
    }
    const gaps = answer.get('gaps') ?? Buffer.alloc(0);
    if (gapsHave === 0) await writeFrom(join(mirror, 'gaps'), 0, gaps);
    else if (gaps.at(0) === NEWLINE) await writeFrom(join(mirror, 'gaps'), gapsHave, gaps.subarray(1));
    return { directory: mirror, running, complete: plan.complete };
  };

  return createProber({
    directory,
    vantage,
    machine: {
      start: async (lines) => {
        const loaded = await loadProgram(await program());
        const place = await bringProgram({ shell, program: loaded, places, folder }, label, target);
        return ask(startScript(`${place}/${loaded.file}`, place, 'probe', [...lines, 'clean=1']));
      },
      renew: (renewal) => ask(script.renewProberScript(places, folder, renewal)),
      status: () => ask(script.proberStatusScript(places, folder)),
      stop: () => ask(script.stopProberScript(places, folder)),
      clock: () => ask(script.proberClockScript(places, folder)),
      fetch,
      remove: async () => {
        const remains = await run(removeScript(places, folder));
        if (remains.trim() !== '') throw new AgentError(`${label}: ${remains.trim()} could not be deleted`);
      },
    },
  });
}

const NEWLINE = 10;

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    (file) => (file.isFile() ? file.size : 0),
    () => 0,
  );
}

/** Writes behind the first `from` bytes, whatever was there before. */
async function writeFrom(path: string, from: number, bytes: Buffer): Promise<void> {
  if (from === 0) return writeFile(path, bytes, { mode: 0o600 });
  await truncate(path, from);
  await appendFile(path, bytes);
}
