import { statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import type { Progress } from '../../campaign/contract/messages';
import type { campaign } from '../../workflows/campaign';
import type { CampaignWorld, Ended } from '../campaigns/campaign-world';
import { until } from '../campaigns/until';
import { appendToJournal, type SoakLine } from './journal';
import { lookAtClosedHistories, lookAtOpenHistories } from './look-at-histories';
import { lookAtProcess } from './look-at-process';

/** A campaign to be watched from its start to its end. */
export interface SoakOptions {
  readonly world: CampaignWorld;
  readonly spec: object;
  readonly journal: string;
  readonly lookEveryMs: number;
  readonly endsWithinMs: number;
  /** Processes to look at, by role; asked anew each time. */
  readonly processes: () => Readonly<Record<string, number>>;
}

/** Runs a campaign and notes in the journal how its processes, histories and database do. */
export async function soak({
  world,
  spec,
  journal,
  lookEveryMs,
  endsWithinMs,
  processes,
}: SoakOptions): Promise<Ended> {
  const client = new Client({ connection: await Connection.connect({ address: world.address }) });
  try {
    const handle = await world.startCampaign(spec);
    const over = new AbortController();
    const ending = world.end(handle, endsWithinMs).finally(() => over.abort());
    const looking = (async () => {
      while (!over.signal.aborted) {
        appendToJournal(journal, await look(world, client, handle, processes()));
        await sleep(lookEveryMs, undefined, { signal: over.signal }).catch(() => undefined);
      }
    })();
    const [ended] = await Promise.all([ending, looking]);
    const total = ended.results.migrations.length;
    // What is closed is listed by an index that follows a moment later.
    await until('all migrations are listed as closed', async () => {
      const { count } = await client.workflow.count("WorkflowType = 'migration' AND ExecutionStatus != 'Running'");
      return count >= total;
    });
    appendToJournal(journal, await lookAtClosedHistories(client));
    return ended;
  } finally {
    await client.connection.close();
  }
}

async function look(
  world: CampaignWorld,
  client: Client,
  handle: WorkflowHandle<typeof campaign>,
  processes: Readonly<Record<string, number>>,
): Promise<readonly SoakLine[]> {
  const progress = await handle.query<Progress>('progress').catch(() => null);
  const histories = await lookAtOpenHistories(client);
  return [
    ...Object.entries(processes).flatMap(([role, pid]) => lookAtProcess(role, pid) ?? []),
    ...histories,
    {
      ...{ kind: 'world', atMs: Date.now() },
      databaseBytes: sizeOf(join(world.directory, 'temporal.db')) + sizeOf(join(world.directory, 'temporal.db-wal')),
      ended: progress?.done ?? null,
    },
  ];
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
