import { readFileSync } from 'node:fs';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { requestMigration, type PeerAction, type PeerInput } from './request-migration';
import type { timers } from './timer-workflow';

const QUEUE = 'peer-timers';
const LEAD_MS = 2_000;

/** A plain Temporal workflow that sleeps until each action is due, and its worker. Prints its time zero. */
async function main(inputFile: string): Promise<void> {
  const { url, address, actions } = JSON.parse(readFileSync(inputFile, 'utf8')) as PeerInput;
  Runtime.install({ telemetryOptions: { logging: { forward: {} } } });
  const worker = await Worker.create({
    connection: await NativeConnection.connect({ address }),
    taskQueue: QUEUE,
    workflowsPath: require.resolve('./timer-workflow.ts'),
    activities: { request: (action: PeerAction) => requestMigration(url, action) },
  });
  const connection = await Connection.connect({ address });
  const { workflow } = new Client({ connection });
  let zeroMs = 0;
  await worker.runUntil(async () => {
    zeroMs = Date.now() + LEAD_MS;
    const options = { taskQueue: QUEUE, workflowId: `${QUEUE}-${String(zeroMs)}` };
    await workflow.execute<typeof timers>('timers', { ...options, args: [actions, zeroMs] });
  });
  await connection.close();
  console.log(JSON.stringify({ zeroMs }));
}

void main(process.argv[2] ?? '').then(() => process.exit(0));
