import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { tsToMs } from '@temporalio/common/lib/time';
import type { BenchOptions } from '../bench';
import type { BenchSite } from './open-site';

/** One event of a workflow's history. */
export type HistoryEvent = NonNullable<Awaited<ReturnType<WorkflowHandle['fetchHistory']>>['events']>[number];

/** Opens the histories of a site's workflows. @returns what reads one by its id: its latest run, or the one that is named */
export async function openHistories(
  { world }: BenchSite,
  atEnd: BenchOptions['atEnd'],
): Promise<(workflowId: string, runId?: string) => Promise<readonly HistoryEvent[]>> {
  const connection = await Connection.connect({ address: world.address });
  atEnd(() => connection.close());
  const { workflow } = new Client({ connection });
  return async (workflowId, runId) => (await workflow.getHandle(workflowId, runId).fetchHistory()).events ?? [];
}

/** When an event happened on the server's clock, UTC ms; null: there is none. */
export function eventMs(event: HistoryEvent | undefined): number | null {
  const time = event?.eventTime ?? null;
  return time === null ? null : tsToMs(time);
}

/** When the first activity of a type was scheduled, started and completed, UTC ms; null where it was not. */
export function activityMs(
  events: readonly HistoryEvent[],
  type: string,
): { readonly scheduled: number | null; readonly started: number | null; readonly completed: number | null } {
  const scheduled = events.find(
    ({ activityTaskScheduledEventAttributes: activity }) => activity?.activityType?.name === type,
  );
  const isOf = (id: unknown): boolean => scheduled !== undefined && String(id) === String(scheduled.eventId);
  const started = events.find((event) => isOf(event.activityTaskStartedEventAttributes?.scheduledEventId));
  const completed = events.find((event) => isOf(event.activityTaskCompletedEventAttributes?.scheduledEventId));
  return { scheduled: eventMs(scheduled), started: eventMs(started), completed: eventMs(completed) };
}
