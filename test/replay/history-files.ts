import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** An event of a workflow history, as `temporal workflow show --output json` writes it too. */
export interface HistoryEvent {
  readonly eventId: string;
  readonly eventType: string;
  readonly [attributes: string]: unknown;
}

/** One run of one workflow. */
export interface RecordedHistory {
  /** Path below `histories/`: behaviour, workflow, number of the run. */
  readonly name: string;
  readonly events: readonly HistoryEvent[];
}

const FOLDER = join(__dirname, 'histories');

/** Every history file there is. */
export function readHistories(): readonly RecordedHistory[] {
  const names = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json'));
  return names.sort().map((name) => ({ name, ...parse(readFileSync(join(FOLDER, name), 'utf8')) }));
}

/** Replaces the histories of a behaviour; one event a line, so that a new recording can be compared with the last. */
export function writeHistories(behaviour: string, histories: readonly RecordedHistory[]): void {
  rmSync(join(FOLDER, behaviour), { recursive: true, force: true });
  for (const { name, events } of histories) {
    const path = join(FOLDER, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `{"events":[\n${events.map((event) => JSON.stringify(event)).join(',\n')}\n]}\n`);
  }
}

/** The workflow id under which a history was recorded: ids of children are made from it. */
export function workflowIdOf(history: RecordedHistory): string {
  return started(history).workflowId;
}

/** The id of the recorded run. */
export function runIdOf(history: RecordedHistory): string {
  return started(history).originalExecutionRunId;
}

interface Started {
  readonly workflowId: string;
  readonly originalExecutionRunId: string;
}

function started({ name, events }: RecordedHistory): Started {
  const attributes = events[0]?.['workflowExecutionStartedEventAttributes'] as Partial<Started> | undefined;
  const { workflowId, originalExecutionRunId } = attributes ?? {};
  if (workflowId === undefined || originalExecutionRunId === undefined) throw new Error(`${name} has no start`);
  return { workflowId, originalExecutionRunId };
}

function parse(text: string): { readonly events: readonly HistoryEvent[] } {
  return JSON.parse(text) as { readonly events: readonly HistoryEvent[] };
}
