import * as fc from 'fast-check';
import {
  addRequest,
  emptyQueue,
  grantPermits,
  hostsOf,
  noteLook,
  type PermitQueue,
} from '../../../campaign/plan/permit-queue';
import { explainWaiting } from '../../../campaign/plan/permit-reasons';

type Wish = readonly [vm: string, campaign: string, from: string, to: string, limit?: number];

function queueOf(
  wishes: readonly Wish[],
  foreign: readonly { vm: string; from: string; to?: string }[] = [],
  limit = 2,
) {
  const start = noteLook(emptyQueue(limit), { foreign, limitPerHost: limit, atMs: 1 });
  return wishes.reduce<PermitQueue>((queue, [vm, campaignId, from, to, own], index) => {
    const requestId = `r${String(index)}`;
    const request = { requestId, holder: requestId, campaignId, actionId: '1', vm, from, to, atMs: 1 };
    return grantPermits(addRequest(queue, { ...request, limitPerHost: own ?? null }, 1), 1).queue;
  }, start);
}

describe('explainWaiting', () => {
  it('names what runs on a full host, whoever started it, and how many wait before', () => {
    const queue = queueOf(
      [
        ['g1', 'a', 'h1', 'h2'],
        ['g2', 'a', 'h3', 'h2'],
        ['g3', 'b', 'h2', 'h4'],
        ['g4', 'b', 'h4', 'h5'],
      ],
      [{ vm: 'g7', from: 'h2' }],
    );
    expect(explainWaiting(queue)).toMatchObject([
      {
        requestId: 'r1',
        position: 1,
        reason: 'h2 runs 2 of 2 migrations: g1 (campaign a), g7 (started by someone else)',
      },
      {
        requestId: 'r2',
        position: 2,
        reason: 'h2 runs 2 of 2 migrations: g1 (campaign a), g7 (started by someone else); 1 waits before it',
      },
      { requestId: 'r3', position: 2, reason: '1 waits before it' },
    ]);
  });

  it('names both hosts when both are full', () => {
    const queue = queueOf([
      ['g1', 'a', 'h1', 'h2', 1],
      ['g2', 'a', 'h3', 'h4', 1],
      ['g3', 'b', 'h2', 'h4'],
    ]);
    expect(explainWaiting(queue)[0]?.reason).toBe(
      'h2 runs 1 of 1 migrations: g1 (campaign a); h4 runs 1 of 1 migrations: g2 (campaign a)',
    );
  });

  it('keeps the line short on a busy host', () => {
    const wishes = Array.from({ length: 12 }, (_, index): Wish => [`g${String(index)}`, 'a', `s${String(index)}`, 't']);
    const [first] = explainWaiting(queueOf(wishes, [], 11));
    expect(first?.reason).toMatch(/^t runs 11 of 11 migrations: g0 \(campaign a\), .*, and 5 more$/);
  });

  it('says of a VM on the move, or that an earlier request is for, that it must be looked up again', () => {
    const queue = queueOf(
      [
        ['g1', 'a', 'h1', 'h2'],
        ['g1', 'a', 'h1', 'h3'],
        ['g2', 'a', 'h1', 'h2'],
        ['g3', 'b', 'h2', 'h1'],
        ['g3', 'b', 'h2', 'h4'],
      ],
      [],
      1,
    );
    const moves = explainWaiting(queue).map(({ requestId, vmMoves }) => [requestId, vmMoves]);
    expect(moves).toEqual([
      ['r1', true],
      ['r2', false],
      ['r3', false],
      ['r4', true],
    ]);
  });

  it('names a host that does not answer, beside what else it waits for', () => {
    const full = queueOf([['g1', 'a', 'h1', 'h2', 1]]);
    const silent = noteLook(full, { foreign: [], unasked: ['h3'], limitPerHost: 1, atMs: 2 });
    const requests = [
      { vm: 'g2', from: 'h3', to: 'h4' },
      { vm: 'g3', from: 'h2', to: 'h3' },
    ].map((move) => ({ ...move, requestId: move.vm, holder: move.vm, campaignId: 'b', actionId: '1', atMs: 2 }));
    const queue = requests.reduce((sofar, each) => addRequest(sofar, { ...each, limitPerHost: null }, 2), silent);
    const unknown = 'h3 does not answer, so it is not known which migrations run there';
    expect(explainWaiting(grantPermits(queue, 3).queue)).toMatchObject([
      { reason: unknown, unasked: ['h3'] },
      { reason: `${unknown}; h2 runs 1 of 1 migrations: g1 (campaign a); 1 waits before it`, unasked: ['h3'] },
    ]);
  });

  it('says that the hypervisor has not answered yet', () => {
    const queue = { ...queueOf([]), lookedAtMs: null };
    const request = {
      requestId: 'r',
      holder: 'r',
      campaignId: 'a',
      actionId: '1',
      vm: 'g',
      from: 'h1',
      to: 'h2',
      atMs: 1,
    };
    const [first] = explainWaiting(addRequest(queue, { ...request, limitPerHost: null }, 1));
    expect(first?.reason).toBe('the hypervisor has not said yet which migrations run');
  });

  it('counts every earlier waiter that shares a host exactly once, and never leaves a reason empty', () => {
    const host = fc.constantFrom('h1', 'h2', 'h3');
    fc.assert(
      fc.property(fc.array(fc.tuple(host, host), { maxLength: 40 }), (pairs) => {
        const queue = queueOf(pairs.map(([from, to], index): Wish => [`g${String(index)}`, 'a', from, to]));
        const reasons = explainWaiting(queue);
        expect(reasons).toHaveLength(queue.waiting.length);
        queue.waiting.forEach((waiter, index) => {
          const ahead = queue.waiting
            .slice(0, index)
            .filter((other) => hostsOf(other).some((name) => hostsOf(waiter).includes(name)));
          expect(reasons[index]).toMatchObject({ requestId: waiter.requestId, position: ahead.length + 1 });
          expect(reasons[index]?.reason).not.toBe('');
        });
      }),
    );
  });
});
