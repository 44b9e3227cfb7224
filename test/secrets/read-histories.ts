import { Client, Connection } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';

/** The history of every workflow on a server: as it is in JSON, and after it what its payloads hold. */
export async function readHistories(address: string): Promise<readonly Buffer[]> {
  const client = new Client({ connection: await Connection.connect({ address }) });
  const histories: Buffer[] = [];
  for await (const { workflowId, runId } of client.workflow.list()) {
    const text = historyToJSON(await client.workflow.getHandle(workflowId, runId).fetchHistory());
    const payloads = [...text.matchAll(/"data": ?"([^"]+)"/g)].map(([, data = '']) => Buffer.from(data, 'base64'));
    histories.push(Buffer.concat([Buffer.from(text), ...payloads]));
  }
  await client.connection.close();
  return histories;
}
