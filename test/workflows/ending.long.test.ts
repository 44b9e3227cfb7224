import { ApplicationFailure } from '@temporalio/common';
import { MESSAGE, type ActionInput, type Progress } from '../../campaign/contract/messages';
import type { Asked, FakeSite } from './fake-activities';
import { useFakeSite } from './use-fake-site';

jest.setTimeout(300_000);

const placement = { h1: ['g1', 'g2'], h2: [], h3: ['g3', 'g4'] };
const moves = (...vms: string[]): FakeSite['pattern'] => ({
  kind: 'list',
  actions: vms.map((vm, index) => ({ id: vm, kind: 'migrate', vm, to: 'h2', dueMs: (index + 1) * 10_000 })),
  end: { id: 'end', dueMs: (vms.length + 1) * 10_000 },
});
/** The named VM waits for its permit for ever. */
const without =
  (vm: string): NonNullable<FakeSite['permit']> =>
  async (request, holder) =>
    request.vm === vm ? holder.wait('h2 runs 4 of 4 migrations') : holder.grant();
const outcomes = ({ recorded }: Asked): readonly string[] =>
  recorded.map(({ actionId, outcome }) => `${actionId} ${outcome}`).sort();
const policy = { whenBusy: 'postpone-one' } as const;

describe('a campaign that is ended while it finishes', () => {
  const { runOn, start, sleep } = useFakeSite();
  type Handle = Awaited<ReturnType<typeof start>>;
  const update = (handle: Handle, name: string): Promise<string> => handle.executeUpdate<string, []>(name);

  async function untilFinishing(handle: Handle): Promise<void> {
    while ((await handle.query<Progress>(MESSAGE.progress)).phase !== 'finishing') await sleep('1 second');
  }

  it.each([MESSAGE.abort, MESSAGE.cancel])('%s drops what still waits for its permit', async (how) => {
    await runOn({ placement, pattern: moves('g1', 'g2'), permit: without('g2'), policy }, async (asked) => {
      const handle = await start();
      await untilFinishing(handle);
      await update(handle, how);
      const outcome = how === MESSAGE.abort ? 'aborted' : 'cancelled';
      expect(await handle.result()).toMatchObject({ outcome, failure: null });
      expect(outcomes(asked)).toEqual(['g1 succeeded', how === 'abort' ? 'g2 skipped' : 'g2 cancelled']);
    });
  });

  it("Temporal's own cancellation cancels what still waits", async () => {
    await runOn({ placement, pattern: moves('g1', 'g2'), permit: without('g2'), policy }, async (asked) => {
      const handle = await start();
      await untilFinishing(handle);
      await handle.cancel();
      expect(await handle.result()).toMatchObject({ outcome: 'cancelled', failure: null });
      expect(outcomes(asked)).toEqual(['g1 succeeded', 'g2 cancelled']);
      expect(asked.finished).toEqual([{ outcome: 'cancelled', failure: null }]);
    });
  });

  it('starts no retry any more', async () => {
    const migrate: FakeSite['migrate'] = (id) => (id === 'g1' ? { outcome: 'failed', error: 'refused' } : {});
    const site = { placement, pattern: moves('g1', 'g2'), permit: without('g2'), policy, migrate };
    await runOn(site, async () => {
      const handle = await start();
      await untilFinishing(handle);
      const retried = handle.executeUpdate<string, [ActionInput]>(MESSAGE.retry, { args: [{ action: 'g1' }] });
      await expect(retried).rejects.toMatchObject({ cause: { message: 'the campaign is ending' } });
      await update(handle, MESSAGE.abort);
      await handle.result();
    });
  });

  it('cancel after abort cancels what runs', async () => {
    let letGo: () => void = () => undefined;
    const running = new Promise<void>((resolve) => (letGo = resolve));
    const migrate: FakeSite['migrate'] = async () => {
      await running;
      return { outcome: 'cancelled', error: 'cancelled by client' };
    };
    const site: FakeSite = { placement, pattern: moves('g1'), migrate, onCancelled: () => letGo() };
    await runOn(site, async (asked) => {
      const handle = await start();
      while (asked.runs.length === 0) await sleep('1 second');
      expect(await update(handle, MESSAGE.abort)).toContain('end by themselves');
      expect(await update(handle, MESSAGE.cancel)).toContain('are cancelled');
      expect(await update(handle, MESSAGE.abort)).toContain('are cancelled');
      expect(await handle.result()).toMatchObject({ outcome: 'cancelled' });
      expect(outcomes(asked)).toEqual(['g1 cancelled']);
    });
  });

  it('asks once more what became of a migration whose cancelled activity failed', async () => {
    let letGo: () => void = () => undefined;
    const told = new Promise<void>((resolve) => (letGo = resolve));
    const migrate: FakeSite['migrate'] = async (_id, onlyCancel) => {
      if (onlyCancel) return { outcome: 'cancelled', error: 'cancelled by client' };
      await told;
      throw ApplicationFailure.nonRetryable('its worker is gone');
    };
    const site: FakeSite = { placement, pattern: moves('g1'), migrate, onCancelled: () => letGo() };
    await runOn(site, async (asked) => {
      const handle = await start();
      while (asked.runs.length === 0) await sleep('1 second');
      await handle.cancel();
      expect(await handle.result()).toMatchObject({ outcome: 'cancelled' });
      expect(asked.recorded).toMatchObject([
        { outcome: 'cancelled', error: 'cancelled by client', migrationMs: 1_500 },
      ]);
      expect(new Set(asked.intents).size).toBe(1);
      expect(asked.intents).toHaveLength(2);
    });
  });
});

describe('a campaign that waits for very long', () => {
  const { runOn, start } = useFakeSite();
  const WAITS = 1_200;
  /** The permit of this action comes after many news of why it does not. */
  const slowly =
    (slow: string): NonNullable<FakeSite['permit']> =>
    async ({ actionId }, holder) => {
      for (let n = 0; actionId === slow && n < WAITS; n += 1) await holder.wait(`h2 runs 4 of 4 migrations (${n})`);
      await holder.grant();
    };

  it.each([
    ['while it places VMs', 'place-g1', { misplaced: [{ vm: 'g1', to: 'h1' }] }],
    ['before its next action', 'g1', { policy: { whenBusy: 'postpone-all' } as const }],
    ['at its end', 'g2', { policy }],
  ])('continues as new %s', async (_, slow, more: Partial<FakeSite>) => {
    await runOn({ placement, pattern: moves('g1', 'g2'), permit: slowly(slow), ...more }, async (asked) => {
      const handle = await start();
      const { runId: first } = await handle.describe();
      expect(await handle.result()).toMatchObject({ outcome: 'completed' });
      const { runId, historyLength } = await handle.describe();
      expect(runId).not.toBe(first);
      expect(historyLength).toBeLessThan(1_200);
      expect(outcomes(asked).filter((outcome) => !outcome.startsWith('place'))).toEqual([
        'g1 succeeded',
        'g2 succeeded',
      ]);
      expect(asked).toMatchObject({ agentsRemoved: 1, finished: [{ outcome: 'completed' }] });
    });
  });
});

describe('a migration whose VM is not where it was looked up', () => {
  const { runOn, start } = useFakeSite();
  const stale = { outcome: 'stale', error: 'g1 left h1' } as const;

  it('takes a new baseline and a new intent', async () => {
    let times = 0;
    const site: FakeSite = { placement, pattern: moves('g1'), migrate: () => ((times += 1) === 1 ? stale : {}) };
    await runOn(site, async (asked) => {
      expect((await (await start()).result()).outcome).toBe('completed');
      expect(outcomes(asked)).toEqual(['g1 succeeded']);
      expect(new Set(asked.intents).size).toBe(2);
      expect(asked.baselines).toEqual(['g1', 'g1']);
    });
  });

  it('fails in the end if it is never there', async () => {
    await runOn({ placement, pattern: moves('g1'), migrate: () => stale }, async (asked) => {
      expect((await (await start()).result()).outcome).toBe('completed');
      expect(asked.recorded).toMatchObject([{ outcome: 'failed', error: 'g1 left h1' }]);
      expect(new Set(asked.intents).size).toBe(asked.intents.length);
    });
  });
});
