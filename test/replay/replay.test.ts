import { DefaultLogger, Runtime, Worker, type WorkflowBundle, bundleWorkflowCode } from '@temporalio/worker';
import { BEHAVIOURS, missingEvidence } from './behaviours';
import { readHistories, runIdOf, workflowIdOf, type HistoryEvent, type RecordedHistory } from './history-files';

jest.setTimeout(120_000);

const MOST_BYTES = 200_000;

describe('workflow code', () => {
  const histories = readHistories();
  let workflowBundle: WorkflowBundle;

  beforeAll(async () => {
    Runtime.install({ logger: new DefaultLogger('ERROR') });
    const logger = new DefaultLogger('ERROR');
    workflowBundle = await bundleWorkflowCode({ workflowsPath: require.resolve('../../workflows'), logger });
  });

  /** Replays histories on one worker. @returns of each, by the id of its run, `ok` or why not */
  async function replay(recorded: readonly RecordedHistory[]): Promise<ReadonlyMap<string, string>> {
    const histories = recorded.map((history) => ({
      workflowId: workflowIdOf(history),
      history: { events: history.events },
    }));
    const results = new Map<string, string>();
    for await (const { runId, error } of Worker.runReplayHistories({ workflowBundle }, histories)) {
      results.set(runId, error === undefined ? 'ok' : `${error.name}: ${error.message}`);
    }
    return results;
  }

  const named = (name: string): RecordedHistory => {
    const found = histories.find((history) => history.name === name);
    if (found === undefined) throw new Error(`there is no history ${name}`);
    return found;
  };

  it('has histories of every released behaviour, and of nothing else', () => {
    const recorded = new Set(histories.map(({ name }) => name.split('/')[0]));
    expect([...recorded].sort()).toEqual(Object.keys(BEHAVIOURS).sort());
  });

  it.each(Object.keys(BEHAVIOURS))('is shown %s by the histories of that name', (behaviour) => {
    expect(
      missingEvidence(
        behaviour,
        histories.filter(({ name }) => name.startsWith(`${behaviour}/`)),
      ),
    ).toEqual([]);
  });

  it('has histories that are small and tell nothing of the machine that recorded them', () => {
    for (const { name, events } of histories) {
      const text = readTexts(events);
      expect([name, JSON.stringify(events).length < MOST_BYTES]).toEqual([name, true]);
      expect([name, /\/(tmp|work|root|home|Users)\//.exec(text)?.[0]]).toEqual([name, undefined]);
      expect([name, /"identity":"(?!drover")[^"]*"/.exec(text)?.[0]]).toEqual([name, undefined]);
    }
  });

  it('replays every one of them', async () => {
    const results = await replay(histories);
    const told = histories.map((history) => `${history.name}: ${results.get(runIdOf(history)) ?? 'was not replayed'}`);
    expect(told).toEqual(histories.map(({ name }) => `${name}: ok`));
  });

  it.each([
    ['another activity', 'plain-run/a00001-1.json', /Activity.*takeBaseline/s, otherActivity],
    ['no timer', 'plain-run/campaign-1.json', /Timer/, withoutTimer],
    ['another child', 'plain-run/campaign-1.json', /child workflow/i, otherChild],
  ])('is told from code that would have started %s', async (_, name, complaint, tamper) => {
    const history = named(name);
    const events = tamper(history.events);
    expect(JSON.stringify(events)).not.toBe(JSON.stringify(history.events));
    const result = (await replay([{ name, events }])).get(runIdOf(history));
    expect(result).toMatch(/^DeterminismViolationError/);
    expect(result).toMatch(complaint);
  });
});

function readTexts(events: readonly HistoryEvent[]): string {
  const payloads = JSON.stringify(events).matchAll(/"data":"([A-Za-z0-9+/=]+)"/g);
  const decoded = [...payloads].map(([, data = '']) => Buffer.from(data, 'base64').toString('utf8'));
  return [JSON.stringify(events), ...decoded].join('\n');
}

function otherActivity(events: readonly HistoryEvent[]): readonly HistoryEvent[] {
  return tampered(events, '"name":"takeBaseline"', '"name":"forgetMigration"');
}

function otherChild(events: readonly HistoryEvent[]): readonly HistoryEvent[] {
  return tampered(events, '/measurement"', '/another"');
}

function withoutTimer(events: readonly HistoryEvent[]): readonly HistoryEvent[] {
  return tampered(events, '"EVENT_TYPE_TIMER_STARTED"', '"EVENT_TYPE_MARKER_RECORDED"').map((event) => {
    if (event.eventType !== 'EVENT_TYPE_MARKER_RECORDED') return event;
    const { timerStartedEventAttributes: _timer, ...rest } = event;
    return { ...rest, markerRecordedEventAttributes: { markerName: 'nothing' } };
  });
}

function tampered(events: readonly HistoryEvent[], from: string, to: string): readonly HistoryEvent[] {
  return JSON.parse(JSON.stringify(events).replaceAll(from, to)) as readonly HistoryEvent[];
}
