import { WorkflowFailedError } from '@temporalio/client';
import { MESSAGE, type ActionInput, type Progress } from '../../campaign/contract/messages';
import { failureText } from '../../client/failure-text';
import type { Asked, FakeSite } from './fake-activities';
import { useFakeSite } from './use-fake-site';

jest.setTimeout(300_000);

const placement = { h1: ['g1', 'g2'], h2: [], h3: ['g3', 'g4'] };
const staircase = { kind: 'staircase', target: 'h2', upTo: 3, everyMs: 2_000_000, reverse: true } as const;

describe('campaign', () => {
  const { runOn, start, sleep } = useFakeSite();

  it('runs a staircase of hours on time and reports', async () => {
    await runOn({ placement, pattern: staircase }, async (asked) => {
      const handle = await start();
      const result = await handle.result();
      expect(result).toMatchObject({ outcome: 'completed', report: '/nowhere/report.html', failure: null });
      expect(asked.runs.map(({ vm, to }) => `${vm}>${to}`)).toEqual([
        'g1>h2',
        'g3>h2',
        'g2>h2',
        'g2>h1',
        'g3>h3',
        'g1>h1',
      ]);
      const gaps = asked.runs.slice(1).map(({ dueMs }, index) => dueMs - (asked.runs[index]?.dueMs ?? 0));
      expect(gaps).toEqual([2_000_000, 2_000_000, 2_000_000, 2_000_000, 2_000_000]);
      expect(asked).toMatchObject({ agentsRemoved: 1, finished: [{ outcome: 'completed', failure: null }] });
      const progress = await handle.query<Progress>(MESSAGE.progress);
      expect(progress).toMatchObject({ phase: 'done', done: 7, failed: 0, running: [] });
    });
  });

  it('ends with InvalidSpec and every problem, and touches nothing', async () => {
    await runOn({ placement, pattern: staircase }, async (asked) => {
      const failure = await (await start('bad')).result().catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(WorkflowFailedError);
      expect(failureText(failure as WorkflowFailedError)).toEqual({
        type: 'InvalidSpec',
        message: 'site: nothing was given\nplacement: nothing was given',
      });
      expect(asked).toMatchObject({ baselines: [], agentsRemoved: 0, finished: [] });
    });
  });

  it('ends with PreflightFailed before agents are started', async () => {
    await runOn({ placement, pattern: staircase, preflightProblem: 'VM g1 is off; start it' }, async (asked) => {
      const failure = await (await start()).result().catch((error: unknown) => error);
      expect(failureText(failure as WorkflowFailedError).type).toBe('PreflightFailed');
      expect(asked.agentsRemoved).toBe(0);
    });
  });

  it('places VMs first; a placement that fails ends the campaign, with clean-up and report', async () => {
    const site: FakeSite = {
      placement,
      pattern: staircase,
      misplaced: [{ vm: 'g4', to: 'h3' }],
      migrate: (actionId) => (actionId === 'place-g4' ? { outcome: 'failed', error: 'no room' } : {}),
    };
    await runOn(site, async (asked) => {
      const result = await (await start()).result();
      expect(result).toMatchObject({ outcome: 'failed', failure: 'placement failed: g4 to h3: no room' });
      expect(asked.runs).toHaveLength(1);
      expect(asked).toMatchObject({ agentsRemoved: 1, finished: [{ outcome: 'failed' }] });
    });
  });

  it('keeps failed migrations and goes on; maxFailures ends it', async () => {
    const site: FakeSite = {
      placement,
      pattern: staircase,
      policy: { maxFailures: 1 },
      migrate: () => ({ outcome: 'failed', error: 'refused' }),
    };
    await runOn(site, async (asked) => {
      const result = await (await start()).result();
      expect(result.outcome).toBe('aborted');
      expect(result.failure).toContain('2 failed');
      expect(asked.recorded.map(({ outcome }) => outcome)).toEqual(['failed', 'failed']);
    });
  });

  it('follows the end of another action after a pause', async () => {
    const pattern = {
      kind: 'list',
      actions: [
        { id: 'one', kind: 'migrate', vm: 'g1', to: 'h2', dueMs: 10_000 },
        { id: 'two', kind: 'migrate', vm: 'g1', to: 'h3', after: 'one', pauseMs: 30_000 },
      ],
      end: null,
    } as const;
    await runOn({ placement, pattern }, async (asked) => {
      await (await start()).result();
      const [one, two] = asked.runs;
      expect((two?.dueMs ?? 0) - (one?.dueMs ?? 0)).toBe(1_500 + 30_000);
    });
  });

  it('pause moves everything that is not armed by its length; abort ends with a report', async () => {
    await runOn({ placement, pattern: { ...staircase, everyMs: 600_000 } }, async (asked) => {
      const handle = await start();
      while (asked.recorded.length < 1) await sleep('10 seconds');
      expect(await handle.executeUpdate<string, []>(MESSAGE.pause)).toContain('paused');
      await sleep('1 hour');
      expect(asked.recorded).toHaveLength(1);
      expect(await handle.executeUpdate<string, []>(MESSAGE.resume)).toContain('3600 s later');
      while (asked.recorded.length < 2) await sleep('10 seconds');
      const [one, two] = asked.runs;
      expect(Math.round(((two?.dueMs ?? 0) - (one?.dueMs ?? 0)) / 1_000)).toBeGreaterThanOrEqual(600 + 3_600);
      expect(await handle.executeUpdate<string, []>(MESSAGE.abort)).toContain('no further action');
      expect(await handle.result()).toMatchObject({ outcome: 'aborted' });
      expect(asked.finished).toEqual([{ outcome: 'aborted', failure: null }]);
    });
  });

  describe('a migration without a permit at its due time', () => {
    const pattern = { ...staircase, everyMs: 60_000, reverse: false } as const;
    /** The second migration waits for its permit, until whoever is told grants it. */
    const secondWaits = (
      tell: (grant: () => Promise<void>) => void = () => undefined,
    ): NonNullable<FakeSite['permit']> => {
      return async ({ actionId }, holder) => {
        if (actionId !== 'a00002') return holder.grant();
        await holder.wait('h2 runs 4 of 4 migrations');
        tell(() => holder.grant());
      };
    };
    const dueGaps = ({ runs }: Asked) => runs.slice(1).map(({ dueMs }, index) => dueMs - (runs[index]?.dueMs ?? 0));

    it('delays the rest of the plan by the same time (postpone-all)', async () => {
      const permit = secondWaits((grant) => void sleep(100_000).then(grant));
      await runOn({ placement, pattern, permit }, async (asked) => {
        const handle = await start();
        expect((await handle.result()).outcome).toBe('completed');
        const [second = 0, third] = dueGaps(asked);
        expect(second).toBeGreaterThan(90_000);
        expect(third).toBe(60_000);
        const { delayedMs } = await handle.query<Progress>(MESSAGE.progress);
        expect(Math.abs(delayedMs - (second - 60_000))).toBeLessThan(1);
      });
    });

    it('waits alone (postpone-one)', async () => {
      // Granted by an event, not by `sleep`: the server skips time past running activities while one sleeps.
      let grantSecond: () => Promise<void> = () => Promise.reject(new Error('the third migration did not wait'));
      const permit = secondWaits((grant) => void (grantSecond = grant));
      const migrate: FakeSite['migrate'] = async (actionId) => {
        if (actionId === 'a00003') await grantSecond();
        return {};
      };
      await runOn({ placement, pattern, permit, migrate, policy: { whenBusy: 'postpone-one' } }, async (asked) => {
        expect((await (await start()).result()).outcome).toBe('completed');
        expect(asked.runs.map(({ vm }) => vm)).toEqual(['g1', 'g2', 'g3']);
        const [first, third, waited] = asked.runs.map(({ dueMs }) => dueMs);
        expect((third ?? 0) - (first ?? 0)).toBe(120_000);
        expect((waited ?? 0) - (first ?? 0)).toBeGreaterThan(90_000);
      });
    });

    it('is left out (skip), and says why', async () => {
      await runOn({ placement, pattern, permit: secondWaits(), policy: { whenBusy: 'skip' } }, async (asked) => {
        expect((await (await start()).result()).outcome).toBe('completed');
        expect(asked.recorded[1]).toMatchObject({
          outcome: 'skipped',
          error: expect.stringContaining('4 of 4') as string,
        });
      });
    });

    it('is failed after half an hour in which one of its hosts does not answer, and no earlier', async () => {
      const silences = [['h2'], [], ['h2']];
      const permit: FakeSite['permit'] = async ({ actionId }, holder) => {
        if (actionId !== 'a00002') return holder.grant();
        await holder.wait('h2 does not answer', silences.shift() ?? ['h2']);
      };
      await runOn({ placement, pattern, permit }, async (asked) => {
        const handle = await start();
        expect((await handle.result()).outcome).toBe('completed');
        expect(asked.recorded.map(({ outcome }) => outcome)).toEqual(['succeeded', 'failed', 'succeeded']);
        expect(asked.recorded[1]?.error).toBe('no permit in 30 minutes: h2 does not answer');
        // Asked again every five minutes; the second answer breaks the silence.
        const [first = 0, third = 0] = asked.runs.map(({ dueMs }) => dueMs);
        expect((third - first) / 60_000).toBeGreaterThan(40);
      });
    });

    it('can be skipped while it waits, and shows why it does', async () => {
      await runOn({ placement, pattern, permit: secondWaits() }, async (asked) => {
        const handle = await start();
        const reason = async () => (await handle.query<Progress>(MESSAGE.progress)).running[0]?.reason;
        while (!(await reason())?.includes('4 of 4')) await sleep('1 second');
        const answer = await handle.executeUpdate<string, [ActionInput]>(MESSAGE.skip, {
          args: [{ action: 'a00002' }],
        });
        expect(answer).toBe('a00002 was skipped');
        expect((await handle.result()).outcome).toBe('completed');
        expect(asked.recorded.map(({ outcome }) => outcome)).toEqual(['succeeded', 'skipped', 'succeeded']);
      });
    });
  });

  it('gives an action that nobody could request in time a new intent, and the rest of the plan the same delay', async () => {
    let missed = 0;
    const migrate: FakeSite['migrate'] = (actionId) => {
      if (actionId !== 'a00002' || missed > 0) return {};
      missed += 1;
      return { outcome: 'missed', requestedAtMs: null, finishedAtMs: null, migrationMs: null };
    };
    await runOn({ placement, pattern: { ...staircase, everyMs: 60_000, reverse: false }, migrate }, async (asked) => {
      expect((await (await start()).result()).outcome).toBe('completed');
      expect(asked.intents).toHaveLength(4);
      expect(new Set(asked.intents).size).toBe(4);
      const [, lost, again, third] = asked.runs;
      expect((again?.dueMs ?? 0) - (lost?.dueMs ?? 0)).toBeGreaterThan(0);
      expect((third?.dueMs ?? 0) - (again?.dueMs ?? 0)).toBe(60_000);
    });
  });

  describe('skip and retry', () => {
    const pattern = { ...staircase, everyMs: 600_000, reverse: false } as const;
    const update = (handle: Awaited<ReturnType<typeof start>>, name: string, action: string) =>
      handle.executeUpdate<string, [ActionInput]>(name, { args: [{ action }] });
    const reasonOf = async (answer: Promise<string>): Promise<string> =>
      answer.then(
        (text) => `accepted: ${text}`,
        (error: unknown) =>
          error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error),
      );

    it('skip leaves an action out that was not started; everything else answers why not', async () => {
      await runOn({ placement, pattern }, async (asked) => {
        const handle = await start();
        while (asked.recorded.length < 1) await sleep('10 seconds');
        await handle.executeUpdate<string, []>(MESSAGE.pause);
        expect(await update(handle, MESSAGE.skip, 'a00002')).toBe('a00002 will be skipped');
        expect(await reasonOf(update(handle, MESSAGE.skip, 'a00002'))).toBe('a00002 is over');
        expect(await reasonOf(update(handle, MESSAGE.skip, 'a00001'))).toBe('a00001 is over');
        expect(await reasonOf(update(handle, MESSAGE.skip, 'nothing'))).toBe('the plan has no action nothing');
        expect(await reasonOf(update(handle, MESSAGE.skip, ''))).toContain('an action is needed');
        expect(await reasonOf(update(handle, MESSAGE.retry, 'a00001'))).toBe('a00001 ended as succeeded');
        await handle.executeUpdate<string, []>(MESSAGE.resume);
        await handle.result();
        expect(asked.recorded.map(({ outcome }) => outcome)).toEqual(['succeeded', 'skipped', 'succeeded']);
        const { last } = await handle.query<Progress>(MESSAGE.progress);
        expect(last.map(({ actionId }) => actionId)).toContain('a00002');
      });
    });

    it('retry is a new intent whose row stands beside the failed one', async () => {
      const migrate: FakeSite['migrate'] = (actionId) =>
        actionId === 'a00001' ? { outcome: 'failed', error: 'refused' } : {};
      await runOn({ placement, pattern, migrate }, async (asked) => {
        const handle = await start();
        while (asked.recorded.length < 1) await sleep('10 seconds');
        expect(await update(handle, MESSAGE.retry, 'a00001')).toMatch(/^a00001\.1: g1 to h2, due /);
        await handle.result();
        expect(asked.recorded.map(({ actionId, outcome }) => `${actionId} ${outcome}`)).toEqual([
          'a00001 failed',
          'a00001.1 succeeded',
          'a00002 succeeded',
          'a00003 succeeded',
        ]);
        expect(new Set(asked.intents).size).toBe(4);
      });
    });
  });

  it('pauses itself after a failure where the policy says so', async () => {
    const migrate: FakeSite['migrate'] = (actionId) =>
      actionId === 'a00001' ? { outcome: 'failed', error: 'refused' } : {};
    await runOn({ placement, pattern: staircase, migrate, policy: { onFailure: 'pause' } }, async (asked) => {
      const handle = await start();
      while (asked.recorded.length < 1) await sleep('10 seconds');
      await sleep('5 hours');
      expect(await handle.query<Progress>(MESSAGE.progress)).toMatchObject({ paused: true, done: 1, failed: 1 });
      await handle.executeUpdate<string, []>(MESSAGE.resume);
      expect((await handle.result()).outcome).toBe('completed');
      expect(asked.recorded).toHaveLength(6);
    });
  });
});
