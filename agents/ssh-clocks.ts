import { quote } from '../remote/quote';
import type { RemoteShell, SshTarget } from '../remote/types';
import { campaignFolder } from './campaign-folder';
import { inParallel } from './in-parallel';
import { PLACES } from './machine-script';

/** A machine whose clock is asked. */
export interface ClockMachine {
  readonly kind: 'vm' | 'host';
  readonly name: string;
  readonly target: SshTarget;
}

/** How far a machine's real-time clock was from this one's. */
export interface ClockOffset {
  readonly kind: 'vm' | 'host';
  readonly name: string;
  /** On this machine's clock, UTC ms. */
  readonly atMs: number;
  /** Machine minus this one; the truth lies within the uncertainty. */
  readonly offsetMs: number;
  /** Half the round trip. */
  readonly uncertaintyMs: number;
}

const TIMEOUT_MS = 10_000;
/** The shortest of so many round trips tells most. */
const ASK_TIMES = 3;
const MACHINES_AT_ONCE = 8;

/** Asks the agents of a campaign for their machines' clocks; a machine that does not answer is left out. */
export async function readClocks(
  shell: RemoteShell,
  campaignId: string,
  machines: readonly ClockMachine[],
  places: readonly string[] = PLACES,
): Promise<readonly ClockOffset[]> {
  const script = clockScript(places, campaignFolder(campaignId));
  const answers = await inParallel(machines, MACHINES_AT_ONCE, async ({ kind, name, target }) => {
    const offsets: ClockOffset[] = [];
    for (let time = 0; time < ASK_TIMES; time += 1) {
      const sentAtMs = performance.timeOrigin + performance.now();
      const answer = await shell.exec(target, script, { timeoutMs: TIMEOUT_MS }).catch(() => null);
      const receivedAtMs = performance.timeOrigin + performance.now();
      const real = /^real_ns=(\d{1,19})$/m.exec(answer?.stdout ?? '')?.[1];
      if (real === undefined) return offsets;
      offsets.push({ kind, name, ...judgeRoundTrip(sentAtMs, Number(real) / 1e6, receivedAtMs) });
    }
    return offsets;
  });
  return answers.flatMap((offsets) => offsets.sort((a, b) => a.uncertaintyMs - b.uncertaintyMs).slice(0, 1));
}

/** The offset of a clock that was read at some time between sending and receiving. */
export function judgeRoundTrip(
  sentAtMs: number,
  readMs: number,
  receivedAtMs: number,
): Pick<ClockOffset, 'atMs' | 'offsetMs' | 'uncertaintyMs'> {
  const atMs = (sentAtMs + receivedAtMs) / 2;
  return { atMs, offsetMs: readMs - atMs, uncertaintyMs: (receivedAtMs - sentAtMs) / 2 };
}

function clockScript(places: readonly string[], folder: string): string {
  return `for p in ${quote(places)}; do for b in "$p"/${quote([folder])}/drover-agent-*; do [ -x "$b" ] || continue; "$b" clock; exit 0; done; done; exit 1`;
}
