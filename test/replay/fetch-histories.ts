import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import type { Client } from '@temporalio/client';
import type { HistoryEvent, RecordedHistory } from './history-files';

interface Attributes {
  readonly firstExecutionRunId?: string;
  readonly newExecutionRunId?: string;
  readonly workflowExecution?: { readonly workflowId: string };
}

/** Every run of a campaign, of its children and of its site's permits, named `<behaviour>/<workflow>-<run>.json`. */
export async function fetchHistories(
  client: Client,
  behaviour: string,
  campaignId: string,
  permitsId: string,
): Promise<readonly RecordedHistory[]> {
  const campaignRuns = await fetchRuns(client, campaignId);
  const children = campaignRuns.flat().flatMap((event) => {
    const started = attributesOf(event, 'childWorkflowExecutionStartedEventAttributes');
    return started?.workflowExecution?.workflowId ?? [];
  });
  const named: [string, readonly (readonly HistoryEvent[])[]][] = [['campaign', campaignRuns]];
  for (const id of children) named.push([id.split('/').at(-1) ?? id, await fetchRuns(client, id)]);
  if (children.length > 1) named.push(['permits', await fetchRuns(client, permitsId)]);
  return named.flatMap(([workflow, runs]) =>
    runs.map((events, index) => ({ name: `${behaviour}/${workflow}-${index + 1}.json`, events })),
  );
}

/** The runs of one workflow from its first, across continue-as-new. */
async function fetchRuns(client: Client, workflowId: string): Promise<readonly (readonly HistoryEvent[])[]> {
  const [start] = await fetchRun(client, workflowId);
  let runId = start && attributesOf(start, 'workflowExecutionStartedEventAttributes')?.firstExecutionRunId;
  const runs: (readonly HistoryEvent[])[] = [];
  while (runId !== undefined) {
    const events = await fetchRun(client, workflowId, runId);
    runs.push(events);
    const last = events.at(-1);
    runId = last && attributesOf(last, 'workflowExecutionContinuedAsNewEventAttributes')?.newExecutionRunId;
  }
  return runs;
}

async function fetchRun(client: Client, workflowId: string, runId?: string): Promise<readonly HistoryEvent[]> {
  const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
  return (JSON.parse(historyToJSON(history)) as { events: HistoryEvent[] }).events;
}

function attributesOf(event: HistoryEvent, kind: string): Attributes | undefined {
  return event[kind] as Attributes | undefined;
}
