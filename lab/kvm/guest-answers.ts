import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { LabError } from './run-lab-script';

const PAUSE_MS = 200;
const GREETING_WITHIN_MS = 1_000;

/** Waits until a guest's SSH server speaks; it answers pings a moment earlier. @throws LabError after `withinMs`, or the signal's reason */
export async function guestAnswers(address: string, withinMs: number, signal: AbortSignal): Promise<void> {
  const since = performance.now();
  while (!(await greets(address))) {
    signal.throwIfAborted();
    if (performance.now() - since > withinMs)
      throw new LabError(
        `guest ${address} did not start within ${String(withinMs / 1_000)} s; its console is in the lab's h*/var/log/libvirt/qemu`,
      );
    await sleep(PAUSE_MS, undefined, { signal });
  }
}

function greets(host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port: 22, timeout: GREETING_WITHIN_MS });
    const end = (spoke: boolean) => () => {
      socket.destroy();
      resolve(spoke);
    };
    socket.once('data', end(true)).once('error', end(false)).once('timeout', end(false)).once('close', end(false));
  });
}
