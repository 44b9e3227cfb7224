import { quote } from '../remote/quote';
import type { RemoteShell, SshTarget } from '../remote/types';
import { AgentError } from './agent-error';
import { campaignFolder } from './campaign-folder';
import { PLACES } from './machine-script';
import { parseRecorderCursor, readRecorderAnswer, type RecorderReading } from './recorder-answer';

/** How recorders are reached. */
export interface SshRecordersOptions {
  readonly shell: RemoteShell;
  readonly hosts: Readonly<Record<string, SshTarget>>;
  readonly places?: readonly string[];
}

/** Reads what the recorder of a campaign wrote on a host since the cursor. @throws AgentError if none is there; RemoteError */
export type ReadRecorder = (campaignId: string, host: string, cursor: string | null) => Promise<RecorderReading>;

const TIMEOUT_MS = 20_000;
const MOST_BYTES = 2 ** 20;
const LARGEST_BYTES = 16 * 2 ** 20;
const NOT_THERE = 66;

/** Makes the way to the recorders of a site's hosts. */
export function createRecorderReader({ shell, hosts, places = PLACES }: SshRecordersOptions): ReadRecorder {
  return async (campaignId, host, cursorText) => {
    const target = Object.hasOwn(hosts, host) ? hosts[host] : undefined;
    if (target === undefined) throw new AgentError(`host ${host} has no address: add it to hosts of the site file.`);
    const cursor = parseRecorderCursor(cursorText);
    const read = async (most: number): Promise<RecorderReading> => {
      const script = readScript(places, campaignFolder(campaignId), [cursor.segment, cursor.offset, most].map(String));
      const { code, stdout, stderr } = await shell.exec(target, script, { timeoutMs: TIMEOUT_MS });
      if (code === NOT_THERE) throw new AgentError(`host ${host} has no recorder of this campaign`);
      if (code !== 0) throw new AgentError(`host ${host}: its recorder cannot be read: ${stderr.trim()}`);
      return readRecorderAnswer(stdout, cursor, most);
    };
    const reading = await read(MOST_BYTES);
    return reading.cutOff ? read(LARGEST_BYTES) : reading;
  };
}

function readScript(places: readonly string[], folder: string, args: readonly string[]): string {
  return (
    `for p in ${quote(places)}; do d="$p"/${quote([folder])}; [ -d "$d/record" ] || continue; ` +
    `for b in "$d"/drover-agent-*; do [ -x "$b" ] || continue; "$b" read "$d/record" ${quote(args)}; exit $?; done; done; ` +
    `exit ${String(NOT_THERE)}`
  );
}
