import * as fc from 'fast-check';
import {
  addRequest,
  emptyQueue,
  endRequest,
  forgetLook,
  grantPermits,
  hostsOf,
  limitOn,
  loadOf,
  noteLook,
  type ForeignMigration,
  type PermitQueue,
  type PermitRequest,
} from '../../../campaign/plan/permit-queue';

const LIMIT = 2;
const hosts = ['h1', 'h2', 'h3', 'h4'];

const request = (requestId: string, from: string, to: string, limitPerHost: number | null = null): PermitRequest => ({
  requestId,
  holder: `workflow-${requestId}`,
  campaignId: requestId.startsWith('a') ? 'a' : 'b',
  actionId: requestId,
  vm: `vm-${requestId}`,
  from,
  to,
  atMs: 0,
  limitPerHost,
});

const looked = (foreign: readonly ForeignMigration[] = [], limitPerHost = LIMIT): PermitQueue =>
  noteLook(emptyQueue(limitPerHost), { foreign, limitPerHost, atMs: 1 });

const ids = (list: readonly { requestId: string }[]): readonly string[] => list.map(({ requestId }) => requestId);

/** Asks for everything in order, granting after each as the workflow does. */
function ask(queue: PermitQueue, requests: readonly PermitRequest[]): PermitQueue {
  return requests.reduce((sofar, each) => grantPermits(addRequest(sofar, each, 1), 1).queue, queue);
}

const pair = fc.tuple(fc.constantFrom(...hosts), fc.constantFrom(...hosts)).filter(([from, to]) => from !== to);
const foreignLoad = fc.array(
  pair.map(([from, to]) => ({ from, to })),
  { maxLength: 4 },
);

type Event =
  | { readonly kind: 'request'; readonly index: number }
  | { readonly kind: 'end'; readonly index: number }
  | { readonly kind: 'look'; readonly foreign: readonly { readonly from: string; readonly to: string }[] };

const scenario = fc
  .array(
    fc.record({
      hosts: pair,
      campaign: fc.constantFrom('a', 'b'),
      limitPerHost: fc.constantFrom(null, null, null, 1, 2),
    }),
    { minLength: 1, maxLength: 25, size: 'max' },
  )
  .chain((wishes) =>
    fc.record({
      requests: fc.constant(
        wishes.map(({ hosts: [from, to], campaign, limitPerHost }, index) =>
          request(`${campaign}${String(index)}`, from, to, limitPerHost),
        ),
      ),
      events: fc.array(
        fc.oneof(
          {
            weight: 4,
            arbitrary: fc.record({ kind: fc.constant('request' as const), index: fc.nat(wishes.length - 1) }),
          },
          { weight: 3, arbitrary: fc.record({ kind: fc.constant('end' as const), index: fc.nat(wishes.length - 1) }) },
          { weight: 1, arbitrary: fc.record({ kind: fc.constant('look' as const), foreign: foreignLoad }) },
        ),
        { maxLength: 80, size: 'max' },
      ),
    }),
  );

function apply(queue: PermitQueue, event: Event, requests: readonly PermitRequest[], nowMs: number): PermitQueue {
  if (event.kind === 'look') {
    const foreign = event.foreign.map((hosts_, index) => ({ vm: `foreign-${String(index)}`, ...hosts_ }));
    return noteLook(queue, { foreign, limitPerHost: LIMIT, atMs: nowMs });
  }
  const subject = requests[event.index];
  if (subject === undefined) return queue;
  return event.kind === 'request' ? addRequest(queue, subject, nowMs) : endRequest(queue, subject.requestId, nowMs);
}

/** Every limit that is broken, counted from scratch: the site's by holders alone, and by all that run where one was just granted. */
function exceeded(queue: PermitQueue, granted: readonly PermitRequest[]): readonly string[] {
  const on = (host: string, { from, to }: { from: string; to?: string }): boolean => from === host || to === host;
  return hosts.flatMap((host) => {
    const held = queue.holders.filter((holder) => on(host, holder));
    const running = held.length + queue.foreign.filter((migration) => on(host, migration)).length;
    const strictest = Math.min(LIMIT, ...held.map(({ limitPerHost }) => limitPerHost ?? LIMIT));
    const checked = granted.some((holder) => on(host, holder)) ? running : held.length;
    return checked > strictest ? [`${host} runs ${String(checked)} of ${String(strictest)}`] : [];
  });
}

describe('permit queue', () => {
  it('grants nothing before the hypervisor was asked what runs already', () => {
    const queue = addRequest(emptyQueue(LIMIT), request('a1', 'h1', 'h2'), 1);
    expect(grantPermits(queue, 2).granted).toEqual([]);
    const seen = noteLook(queue, { foreign: [], limitPerHost: LIMIT, atMs: 2 });
    expect(ids(grantPermits(seen, 3).granted)).toEqual(['a1']);
    expect(ids(grantPermits(forgetLook(seen), 3).granted)).toEqual([]);
  });

  it.each([
    ['the target is full', [request('a1', 'h1', 'h2'), request('a2', 'h3', 'h2'), request('b1', 'h4', 'h2')]],
    ['the source is full', [request('a1', 'h2', 'h1'), request('a2', 'h2', 'h3'), request('b1', 'h2', 'h4')]],
    [
      'source of one is target of others',
      [request('a1', 'h1', 'h2'), request('a2', 'h2', 'h3'), request('b1', 'h2', 'h4')],
    ],
  ])('makes the third wait when %s', (_what, requests) => {
    const queue = ask(looked(), requests);
    expect(ids(queue.holders)).toEqual(['a1', 'a2']);
    expect(ids(queue.waiting)).toEqual(['b1']);
    expect(ids(grantPermits(endRequest(queue, 'a1', 2), 2).queue.holders)).toEqual(['a2', 'b1']);
  });

  it('lets a request overtake only one that it shares no host with', () => {
    const full = ask(looked(), [request('a1', 'h1', 'h2'), request('a2', 'h1', 'h2')]);
    const queue = ask(full, [request('a3', 'h2', 'h3'), request('b1', 'h3', 'h4'), request('b2', 'h4', 'h5')]);
    // b1 has room on both hosts, but h3 is reserved for a3, and h4 in turn for b1.
    expect(ids(queue.waiting)).toEqual(['a3', 'b1', 'b2']);
    expect(ids(ask(full, [request('a3', 'h2', 'h3'), request('b1', 'h4', 'h5')]).holders)).toEqual(['a1', 'a2', 'b1']);
  });

  it('counts a migration within one host once', () => {
    expect(ids(ask(looked(), [request('a1', 'h1', 'h1'), request('a2', 'h1', 'h1')]).holders)).toEqual(['a1', 'a2']);
  });

  it('counts migrations that others started, on the hosts that are known', () => {
    const foreign = [
      { vm: 'x', from: 'h1', to: 'h2' },
      { vm: 'y', from: 'h1' },
    ];
    const queue = ask(looked(foreign), [request('a1', 'h1', 'h3'), request('a2', 'h2', 'h4')]);
    expect(ids(queue.waiting)).toEqual(['a1']);
    const gone = noteLook(queue, { foreign: [], limitPerHost: LIMIT, atMs: 5 });
    expect(ids(grantPermits(gone, 6).granted)).toEqual(['a1']);
  });

  it('grants nothing on a host that could not be asked, and keeps no other host idle for that', () => {
    const silent = noteLook(emptyQueue(LIMIT), { foreign: [], unasked: ['h2'], limitPerHost: LIMIT, atMs: 1 });
    const queue = ask(silent, [
      request('a1', 'h1', 'h2'),
      request('a2', 'h2', 'h3'),
      request('a3', 'h1', 'h3'),
      request('a4', 'h3', 'h1'),
    ]);
    expect(ids(queue.holders)).toEqual(['a3', 'a4']);
    expect(ids(queue.waiting)).toEqual(['a1', 'a2']);
    // A message without the field says that every host answered.
    const answered = noteLook(queue, { foreign: [], limitPerHost: LIMIT + 1, atMs: 2 });
    expect(ids(grantPermits(answered, 3).granted)).toEqual(['a1', 'a2']);
    expect(forgetLook(silent)).toEqual(emptyQueue(LIMIT));
  });

  it('goes on with a queue that an older version carried over', () => {
    const { unasked: _unknown, ...older } = looked();
    expect(ids(ask(older, [request('a1', 'h1', 'h2')]).holders)).toEqual(['a1']);
  });

  it('does not count a migration twice whose permit was granted while the hypervisor was asked', () => {
    const queue = ask(looked(), [request('a1', 'h1', 'h2')]);
    const own = { vm: 'vm-a1', from: 'h1', to: 'h2' };
    expect(noteLook(queue, { foreign: [own], limitPerHost: LIMIT, atMs: 2 }).foreign).toEqual([]);
    // The same VM elsewhere is not what the permit is for.
    const other = { ...own, from: 'h3' };
    expect(noteLook(queue, { foreign: [other], limitPerHost: LIMIT, atMs: 2 }).foreign).toEqual([other]);
  });

  it('keeps the strictest limit of all that run on a host', () => {
    const strict = ask(looked(), [request('a1', 'h1', 'h2', 1), request('b1', 'h2', 'h3')]);
    expect(ids(strict.waiting)).toEqual(['b1']);
    const lax = ask(looked(), [request('b1', 'h2', 'h3'), request('a1', 'h1', 'h2', 1)]);
    expect(ids(lax.waiting)).toEqual(['a1']);
  });

  it('takes a changed limit from the site file', () => {
    const queue = ask(looked(), [request('a1', 'h1', 'h2'), request('a2', 'h1', 'h2'), request('a3', 'h1', 'h2')]);
    const raised = noteLook(queue, { foreign: [], limitPerHost: 3, atMs: 2 });
    expect(ids(grantPermits(raised, 3).granted)).toEqual(['a3']);
    const lowered = noteLook(queue, { foreign: [], limitPerHost: 1, atMs: 2 });
    expect(ids(grantPermits(endRequest(lowered, 'a1', 3), 3).granted)).toEqual([]);
  });

  it('remembers what is over for an hour, and never more than 500 requests', () => {
    const withdrawn = endRequest(looked(), 'a1', 0);
    expect(addRequest(withdrawn, request('a1', 'h1', 'h2'), 1)).toBe(withdrawn);
    const later = endRequest(withdrawn, 'a2', 3_600_000);
    expect(ids(addRequest(later, request('a1', 'h1', 'h2'), 3_600_001).waiting)).toEqual(['a1']);
    const many = Array.from({ length: 600 }, (_, index) => `a${String(index)}`);
    expect(many.reduce((queue, id) => endRequest(queue, id, 1), looked()).ended).toHaveLength(500);
  });

  it('is plain data: it crosses continue-as-new as JSON', () => {
    fc.assert(
      fc.property(scenario, ({ requests, events }) => {
        let queue = looked();
        events.forEach((event, step) => (queue = grantPermits(apply(queue, event, requests, step), step).queue));
        expect(JSON.parse(JSON.stringify(queue))).toEqual(queue);
      }),
      { numRuns: 50 },
    );
  });

  it('never exceeds any limit on any host, whatever happens, with two campaigns and foreign load', () => {
    let granted = 0;
    fc.assert(
      fc.property(scenario, ({ requests, events }) => {
        let queue = looked();
        const problems: string[] = [];
        events.forEach((event, step) => {
          const decision = grantPermits(apply(queue, event, requests, step), step);
          queue = decision.queue;
          granted += decision.granted.length;
          problems.push(...exceeded(queue, decision.granted));
          const all = [...ids(queue.holders), ...ids(queue.waiting), ...ids(queue.ended)];
          if (new Set(all).size !== all.length) problems.push(`in two places at once: ${all.join(' ')}`);
        });
        expect(problems).toEqual([]);
      }),
      { numRuns: 500 },
    );
    expect(granted).toBeGreaterThan(1_000);
  });

  it('serves each host in order of arrival', () => {
    fc.assert(
      fc.property(scenario, ({ requests, events }) => {
        let queue = looked();
        events.forEach((event, step) => {
          const before = apply(queue, event, requests, step);
          const decision = grantPermits(before, step);
          for (const holder of decision.granted) {
            const place = before.waiting.findIndex(({ requestId }) => requestId === holder.requestId);
            const overtaken = before.waiting
              .slice(0, place)
              .filter((earlier) => decision.queue.waiting.some(({ requestId }) => requestId === earlier.requestId));
            for (const earlier of overtaken) {
              expect(hostsOf(earlier).some((host) => hostsOf(holder).includes(host))).toBe(false);
            }
          }
          queue = decision.queue;
        });
      }),
      { numRuns: 500 },
    );
  });

  it('grants as much as the order allows: nothing waits without a full host or an earlier waiter', () => {
    fc.assert(
      fc.property(scenario, ({ requests, events }) => {
        let queue = looked();
        events.forEach((event, step) => (queue = grantPermits(apply(queue, event, requests, step), step).queue));
        queue.waiting.forEach((waiter, index) => {
          const behind = queue.waiting
            .slice(0, index)
            .some((earlier) => hostsOf(earlier).some((h) => hostsOf(waiter).includes(h)));
          const full = hostsOf(waiter).some((host) => loadOf(queue, host) >= limitOn(queue, host, waiter));
          expect(behind || full).toBe(true);
        });
      }),
      { numRuns: 300 },
    );
  });

  it('starves nobody: a waiter is granted while newer requests never stop coming, and in the end everyone is', () => {
    fc.assert(
      fc.property(scenario, fc.infiniteStream(pair), ({ requests, events }, newcomers) => {
        let queue = looked();
        events.forEach((event, step) => (queue = grantPermits(apply(queue, event, requests, step), step).queue));
        queue = grantPermits(noteLook(queue, { foreign: [], limitPerHost: LIMIT, atMs: 1 }), 1).queue;
        const waited = new Set(ids(queue.waiting));
        let rounds = 0;
        while (queue.waiting.some(({ requestId }) => waited.has(requestId))) {
          const [oldest] = queue.holders;
          const [from, to] = newcomers.next().value as [string, string];
          // One migration ends, and one more request comes for each that is served.
          if (oldest !== undefined) queue = endRequest(queue, oldest.requestId, 1);
          queue = grantPermits(addRequest(queue, request(`new${String(rounds)}`, from, to), 1), 1).queue;
          rounds += 1;
          expect(rounds).toBeLessThan(1_000);
        }
        while (queue.holders.length > 0) {
          for (const { requestId } of queue.holders) queue = endRequest(queue, requestId, 1);
          queue = grantPermits(queue, 1).queue;
        }
        expect(queue.waiting).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it('reserves a host that is free for the oldest waiter, so that two hosts that are never free together do not starve it', () => {
    let queue = ask(looked([], 1), [request('a1', 'h1', 'h3'), request('a2', 'h2', 'h4'), request('b1', 'h1', 'h2')]);
    queue = ask(endRequest(queue, 'a1', 2), [request('a3', 'h1', 'h3')]);
    expect(ids(queue.waiting)).toEqual(['b1', 'a3']);
    queue = ask(endRequest(queue, 'a2', 3), [request('a4', 'h2', 'h4')]);
    expect(ids(queue.holders)).toEqual(['b1']);
  });

  it('ends the same whatever order a request and its end arrive in, and however often', () => {
    const signals = fc.integer({ min: 1, max: 8 }).chain((count) =>
      fc.shuffledSubarray(
        Array.from({ length: count }, (_, index) => [
          { kind: 'request' as const, index },
          { kind: 'request' as const, index },
          { kind: 'end' as const, index },
          { kind: 'end' as const, index },
        ]).flat(),
        { minLength: count * 4 },
      ),
    );
    fc.assert(
      fc.property(signals, fc.array(pair, { minLength: 8, maxLength: 8 }), (events, pairs) => {
        const requests = pairs.map(([from, to], index) => request(`a${String(index)}`, from, to));
        const queue = events.reduce<PermitQueue>(
          (sofar, event, step) => grantPermits(apply(sofar, event, requests, step), step).queue,
          looked(),
        );
        expect([...queue.holders, ...queue.waiting]).toEqual([]);
      }),
    );
  });

  it('grants a request once, however often it is repeated', () => {
    const one = request('a1', 'h1', 'h2');
    const repeated = ask(looked(), [one, one, one]);
    expect(repeated.holders).toHaveLength(1);
    expect(grantPermits(addRequest(repeated, one, 3), 3).granted).toEqual([]);
  });
});

describe('a VM', () => {
  const of = (requestId: string, vm: string, from: string, to: string): PermitRequest => ({
    ...request(requestId, from, to),
    vm,
  });

  it('has one migration at a time, in order of arrival, and holds no host against others meanwhile', () => {
    const queue = ask(looked([], 4), [
      of('a1', 'g1', 'h1', 'h2'),
      of('b1', 'g1', 'h1', 'h3'),
      of('a2', 'g1', 'h2', 'h1'),
      of('a3', 'g2', 'h1', 'h3'),
    ]);
    expect(ids(queue.holders)).toEqual(['a1', 'a3']);
    const next = grantPermits(endRequest(queue, 'a1', 2), 2).queue;
    expect(ids(next.holders)).toEqual(['a3', 'b1']);
    expect(ids(next.waiting)).toEqual(['a2']);
  });

  it('that somebody else migrates is waited for', () => {
    const queue = ask(looked([{ vm: 'g1', from: 'h3', to: 'h4' }], 4), [of('a1', 'g1', 'h3', 'h2')]);
    expect(ids(queue.waiting)).toEqual(['a1']);
    const seen = noteLook(queue, { foreign: [], limitPerHost: 4, atMs: 2 });
    expect(ids(grantPermits(seen, 2).queue.holders)).toEqual(['a1']);
  });
});
