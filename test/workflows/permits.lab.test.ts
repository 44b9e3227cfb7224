import type { WorkflowHandle } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { PERMIT_MESSAGE } from '../../campaign/contract/permits';
import type { PermitQueue } from '../../campaign/plan/permit-queue';
import { FakePermitSite } from './fake-permit-site';
import { withPermitSite, type OpenPermitSite } from './open-permit-site';
import { useEnvironment, type Environment } from './use-environment';

jest.setTimeout(240_000);

describe('permits', () => {
  const opened = useEnvironment('real', require.resolve('./permit-holder'));

  const onSite = (fake: FakePermitSite, use: (site: OpenPermitSite) => Promise<void>) =>
    withPermitSite(opened(), fake, use);

  it('never lets two campaigns exceed the limit on any host', async () => {
    const fake = new FakePermitSite(2, 60);
    await onSite(fake, async ({ permits, start }) => {
      const hosts = ['h1', 'h2', 'h3'];
      const wishes = Array.from({ length: 30 }, (_, index) => ({
        vm: `g${String(index)}`,
        from: hosts[index % 3] ?? '',
        to: hosts[(index + 1 + (index % 2)) % 3] ?? '',
        campaignId: index % 2 === 0 ? 'a' : 'b',
        repeat: 1 + (index % 2),
      }));
      const handles = await Promise.all(wishes.map(start));
      await Promise.all(handles.map((handle) => handle.result()));
      expect(fake.exceeded).toEqual([]);
      expect([...fake.begun].sort()).toEqual(wishes.map(({ vm }) => vm).sort());
      // Request and release, grant, now and then a word to waiters, and what all of them share: workflow tasks and the watch.
      const { historyLength } = await permits.describe();
      expect(historyLength / wishes.length).toBeLessThan(25);
    });
  });

  it('keeps the permit of a terminated holder until the hypervisor is done', async () => {
    const fake = new FakePermitSite(1, null);
    await onSite(fake, async ({ start, view }) => {
      const first = await start({ vm: 'g1', from: 'h1', to: 'h2' });
      await until(() => fake.begun.length === 1);
      const second = await start({ vm: 'g2', from: 'h2', to: 'h3', campaignId: 'b' });
      await until(async () => (await view()).waiting.length === 1);
      await first.terminate();
      // Several looks, and longer than an activity that was never heard of may take.
      await pause(3_500);
      expect((await view()).holders.map(({ vm }) => vm)).toEqual(['g1']);
      expect((await view()).waiting.map(({ reason }) => reason)).toEqual([
        'h2 runs 1 of 1 migrations: g1 (campaign a)',
      ]);
      fake.end('g1');
      await until(() => fake.begun.includes('g2'));
      fake.end('g2');
      const { waiting } = await second.result();
      expect(waiting).toMatchObject([{ position: 1, reason: 'h2 runs 1 of 1 migrations: g1 (campaign a)' }]);
      expect(fake.exceeded).toEqual([]);
    });
  });

  it('counts migrations that others started, and says so to the waiter, in the query and in the Temporal UI', async () => {
    const fake = new FakePermitSite(1, null);
    void fake.begin({ vm: 'x', from: 'h1', to: 'h9' });
    await onSite(fake, async ({ permits, start, view }) => {
      const handle = await start({ vm: 'g1', from: 'h1', to: 'h2' });
      const reason = 'h1 runs 1 of 1 migrations: x (started by someone else)';
      await until(async () => (await view()).waiting[0]?.reason === reason);
      expect(await view()).toMatchObject({ holders: [], foreign: [{ vm: 'x', from: 'h1', to: 'h9' }] });
      expect(await currentDetails(permits)).toContain(reason);
      expect(fake.begun).toEqual(['x']);
      fake.end('x');
      await until(() => fake.begun.includes('g1'));
      fake.end('g1');
      await handle.result();
      expect(fake.exceeded).toEqual([]);
    });
  });

  it('drops the waiters of a campaign that was terminated as soon as their turn comes', async () => {
    const fake = new FakePermitSite(1, null);
    await onSite(fake, async ({ start, view }) => {
      await start({ vm: 'g1', from: 'h1', to: 'h2' });
      await until(() => fake.begun.length === 1);
      const gone = [];
      for (const vm of ['g2', 'g3', 'g4']) gone.push(await start({ vm, from: 'h1', to: 'h2', campaignId: 'gone' }));
      await until(async () => (await view()).waiting.length === 3);
      await start({ vm: 'g5', from: 'h1', to: 'h2', campaignId: 'b' });
      await until(async () => (await view()).waiting.length === 4);
      for (const handle of gone) await handle.terminate();
      const endedAtMs = Date.now();
      fake.end('g1');
      await until(() => fake.begun.includes('g5'));
      // Judged one after another by the watch, the three would take three times 45 s, or 7 s by this test's clock.
      expect(Date.now() - endedAtMs).toBeLessThan(6_000);
      expect(fake.begun).toEqual(['g1', 'g5']);
    });
  });

  it('serves a hundred waiters in order, across continue-as-new with a full queue', async () => {
    const fake = new FakePermitSite(4, null);
    await onSite(fake, async ({ permits, start, view }) => {
      const wishes = Array.from({ length: 104 }, (_, index) => ({ vm: `g${String(index)}`, from: 'h1', to: 'h2' }));
      const handles = await Promise.all(wishes.map(start));
      await until(async () => (await view()).waiting.length === 100);
      const full = await view();
      expect(full.holders).toHaveLength(4);
      expect(full.waiting.map(({ position }) => position)).toEqual(
        Array.from({ length: 100 }, (_, index) => index + 1),
      );
      expect(full.waiting[99]?.reason).toMatch(
        /^h1 runs 4 of 4 migrations: .*; h2 runs 4 of 4 migrations: .*; 99 wait before it$/,
      );
      const rows = (await currentDetails(permits)).split('\n').filter((line) => line.startsWith('- '));
      expect(rows).toHaveLength(20);

      const { runId } = await permits.describe();
      const strangers = Array.from({ length: 800 }, (_, index) => ({ requestId: `stranger-${String(index)}` }));
      await Promise.all(strangers.map((stranger) => permits.signal(PERMIT_MESSAGE.withdrawPermit, stranger)));
      await until(async () => (await permits.describe()).runId !== runId);
      const carried = await carriedQueue(opened().environment, permits.workflowId, runId);
      expect([carried.holders.length, carried.waiting.length]).toEqual([4, 100]);
      expect(await view()).toMatchObject({ holders: full.holders, waiting: full.waiting });

      fake.migrationMs = 30;
      fake.endAll();
      const results = await Promise.all(handles.map((handle) => handle.result()));
      expect(fake.exceeded).toEqual([]);
      expect(new Set(fake.begun).size).toBe(104);
      const grantedAtMs = new Map(wishes.map(({ vm }, index) => [vm, results[index]?.grantedAtMs ?? 0]));
      const inQueueOrder = full.waiting.map(({ vm }) => grantedAtMs.get(vm) ?? 0);
      expect(inQueueOrder).toEqual([...inQueueOrder].sort((one, other) => one - other));
      expect(full.waiting.every(({ vm }) => (results[Number(vm.slice(1))]?.waiting.length ?? 0) > 0)).toBe(true);
    });
  });

  it('ignores signals that it cannot understand, and a request that was withdrawn before it came', async () => {
    const fake = new FakePermitSite(1, 30);
    await onSite(fake, async ({ site, permits, start, view }) => {
      const first = await start({ vm: 'g1', from: 'h1', to: 'h2' });
      await until(() => fake.begun.length === 1);
      for (const name of ['requestPermit', 'withdrawPermit', 'releasePermit', 'permitLost', 'foreignMigrations']) {
        await permits.signal(name);
        await permits.signal(name, 'nonsense');
        await permits.signal(name, { requestId: 7, foreign: [{}], limitPerHost: 0 });
      }
      await permits.signal(PERMIT_MESSAGE.withdrawPermit, { requestId: `${site}/a/g2.1` });
      const second = await start({ vm: 'g2', from: 'h1', to: 'h2' });
      await (await start({ vm: 'g3', from: 'h1', to: 'h2' })).result();
      await first.result();
      expect(fake.begun).toEqual(['g1', 'g3']);
      expect(await view()).toMatchObject({ waiting: [] });
      await second.terminate();
    });
  });
});

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits for something to become true; what throws meanwhile (a workflow that is not started yet) is not true. */
async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  const untilMs = Date.now() + 60_000;
  for (;;) {
    const now = await Promise.resolve()
      .then(isTrue)
      .catch(() => false);
    if (now) return;
    if (Date.now() > untilMs) throw new Error(`never came true: ${isTrue.toString()}`);
    await pause(50);
  }
}

async function currentDetails(handle: WorkflowHandle): Promise<string> {
  const metadata = await handle.query<{ currentDetails?: string }>('__temporal_workflow_metadata');
  return metadata.currentDetails ?? '';
}

/** What a run that continued as new handed to the next one. */
async function carriedQueue(
  { client }: Environment['environment'],
  workflowId: string,
  runId: string,
): Promise<PermitQueue> {
  const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
  const last = events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes;
  const payload = last?.input?.payloads?.[1];
  if (payload === undefined) throw new Error(`run ${runId} did not continue as new`);
  return defaultPayloadConverter.fromPayload<PermitQueue>(payload);
}
