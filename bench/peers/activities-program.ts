import { readFileSync } from 'node:fs';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Runtime, Worker } from '@temporalio/worker';
import type { activities } from './activities-workflow';
import { awaitMigration, requestMigration, type PeerAction, type PeerInput } from './request-migration';

const QUEUE = 'peer-activities';

/** A plain Temporal workflow with one activity a migration, and its worker: no permits, no evidence, no rows. Prints its peak memory. */
async function main(inputFile: string): Promise<void> {
  const { url, address, actions, concurrent = 1 } = JSON.parse(readFileSync(inputFile, 'utf8')) as PeerInput;
  Runtime.install({ telemetryOptions: { logging: { forward: {} } } });
  const migrate = async (action: PeerAction): Promise<void> => {
    await requestMigration(url, action);
    await awaitMigration(url, action.id);
  };
  const worker = await Worker.create({
    connection: await NativeConnection.connect({ address }),
    taskQueue: QUEUE,
    workflowsPath: require.resolve('./activities-workflow.ts'),
    activities: { migrate },
    maxConcurrentActivityTaskExecutions: concurrent,
  });
  const connection = await Connection.connect({ address });
  const { workflow } = new Client({ connection });
  const options = { taskQueue: QUEUE, workflowId: `${QUEUE}-${String(Date.now())}` };
  await worker.runUntil(workflow.execute<typeof activities>('activities', { ...options, args: [actions, concurrent] }));
  await connection.close();
  console.log(JSON.stringify({ peakKib: process.resourceUsage().maxRSS }));
}

void main(process.argv[2] ?? '').then(() => process.exit(0));
