import { readFileSync } from 'node:fs';
import { requestMigration, type PeerInput } from './request-migration';

const TICK_MS = 2_000;

/** An unattended loop as in the paper: it wakes every two seconds and requests everything that has become due. Prints its time zero. */
async function main(inputFile: string): Promise<void> {
  const { url, actions } = JSON.parse(readFileSync(inputFile, 'utf8')) as PeerInput;
  const zeroMs = Date.now() + TICK_MS;
  const waiting = [...actions];
  const requests: Promise<void>[] = [];
  await new Promise<void>((resolve) => {
    const ticks = setInterval(() => {
      while (zeroMs + (waiting[0]?.atMs ?? Infinity) <= Date.now()) {
        const action = waiting.shift();
        if (action !== undefined) requests.push(requestMigration(url, action));
      }
      if (waiting.length > 0) return;
      clearInterval(ticks);
      resolve();
    }, TICK_MS);
  });
  await Promise.all(requests);
  console.log(JSON.stringify({ zeroMs }));
}

void main(process.argv[2] ?? '');
