import { readPayloads } from './neutral-history';
import type { HistoryEvent, RecordedHistory } from './history-files';

/** What the histories of each released behaviour must show; without it they would prove nothing about it. */
export const BEHAVIOURS: Readonly<Record<string, readonly Evidence[]>> = {
  'plain-run': [completed('campaign'), completed('measurement'), shows('campaign', 'place-g2')],
  'continue-as-new': [
    completed('campaign'),
    has('campaign', 'EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW'),
    has('measurement', 'EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW'),
    has('permits', 'EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW'),
  ],
  'pause-resume-skip': [
    completed('campaign'),
    accepts('campaign', 'pause'),
    accepts('campaign', 'resume'),
    accepts('campaign', 'skip'),
    shows('campaign', 'skipped on request'),
  ],
  'failure-retry': [
    completed('campaign'),
    accepts('campaign', 'retry'),
    shows('migration', '"outcome":"failed"'),
    shows('campaign', 'a00001.1'),
  ],
  'busy-permit': [completed('campaign'), has('migration', 'EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED', 'permitWaiting')],
  'missed-rearmed': [completed('campaign'), shows('migration', '"outcome":"missed"')],
  'worker-crash': [
    completed('campaign'),
    has('migration', 'EVENT_TYPE_ACTIVITY_TASK_COMPLETED'),
    attempts('migration', 2),
  ],
  cancelled: [
    has('campaign', 'EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED'),
    accepts('campaign', 'cancel'),
    shows('migration', '"outcome":"cancelled"'),
  ],
  'bad-input': [has('campaign', 'EVENT_TYPE_WORKFLOW_EXECUTION_FAILED'), shows('campaign', 'InvalidSpec')],
};

/** Something that must be seen in at least one history of a workflow type. */
export interface Evidence {
  readonly what: string;
  readonly workflow: 'campaign' | 'migration' | 'measurement' | 'permits';
  readonly isIn: (event: HistoryEvent) => boolean;
}

/** What is missing from the histories of one behaviour, in words; empty: nothing. */
export function missingEvidence(behaviour: string, histories: readonly RecordedHistory[]): readonly string[] {
  return (BEHAVIOURS[behaviour] ?? [])
    .filter(
      ({ workflow, isIn }) => !histories.some((history) => typeOf(history) === workflow && history.events.some(isIn)),
    )
    .map(({ what, workflow }) => `${behaviour}: no history of ${workflow} shows ${what}`);
}

function typeOf({ events }: RecordedHistory): string {
  const started = events[0]?.['workflowExecutionStartedEventAttributes'] as
    { readonly workflowType: { readonly name: string } } | undefined;
  return started?.workflowType.name ?? 'unknown';
}

function has(workflow: Evidence['workflow'], eventType: string, text = ''): Evidence {
  const isIn = (event: HistoryEvent): boolean => event.eventType === eventType && JSON.stringify(event).includes(text);
  return { what: `${eventType} ${text}`, workflow, isIn };
}

function completed(workflow: Evidence['workflow']): Evidence {
  return has(workflow, 'EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED');
}

function accepts(workflow: Evidence['workflow'], update: string): Evidence {
  return has(workflow, 'EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED', `"name":"${update}"`);
}

/** A text in a payload or in an attribute. */
function shows(workflow: Evidence['workflow'], text: string): Evidence {
  const isIn = (event: HistoryEvent): boolean => readPayloads(event).some((payload) => payload.includes(text));
  return { what: text, workflow, isIn };
}

/** An activity that succeeded no sooner than in this attempt. */
function attempts(workflow: Evidence['workflow'], attempt: number): Evidence {
  const isIn = ({ activityTaskStartedEventAttributes: started }: HistoryEvent): boolean =>
    ((started as { readonly attempt?: number } | undefined)?.attempt ?? 1) >= attempt;
  return { what: `attempt ${attempt} of an activity`, workflow, isIn };
}
