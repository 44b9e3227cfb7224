import { submitMigration } from '../../../hypervisors/libvirt/submit-migration';
import { watchToEnd } from '../../../hypervisors/libvirt/watch-migration';
import type { LibvirtHosts } from '../../../hypervisors/libvirt/libvirt-hosts';
import type { MigrationEnd, MigrationHandle } from '../../../hypervisors/types';
import { COMPLETED_JOB } from './recorded-jobs';

const INTENT = { id: 'c.a1.1', vm: 'g1', from: 'h1', to: 'h2', options: {} };
/** The source host's clock is ahead by this much. */
const OFFSET_MS = 30_000;
const LASTED_MS = 6_300;

/** What is late: the beginning after the request was sent, and word of the end after the end. */
interface Late {
  readonly beginMs?: number;
  readonly wordMs?: number;
}

/** Hosts on which a migration begins and has ended; nothing else may be asked of them. */
function hostsWith({ beginMs = 20, wordMs = 20 }: Late): LibvirtHosts {
  const clock = (ms: number): string => ((ms + OFFSET_MS) / 1_000).toFixed(6);
  return {
    names: ['h1', 'h2'],
    ask: () => Promise.reject(new Error('nobody needs to ask')),
    run: (_host, _script, _args, options) => {
      const endMs = Date.now() - wordMs;
      const figures = `\u001Ebegin\n${clock(endMs - LASTED_MS)}\n\u001Eend\n${clock(endMs)}\n\u001Ecompleted\n${COMPLETED_JOB}`;
      const text = `begun ${clock(Date.now() + beginMs)}\nend 0\n${figures}`;
      options.onOutput?.(text);
      return Promise.resolve({ code: 0, signal: null, stdout: text, stderr: '' });
    },
  };
}

async function submit(late: Late) {
  const hosts = hostsWith(late);
  const sentAtMs = performance.timeOrigin + performance.now();
  const submission = await submitMigration(hosts, INTENT, {
    ...{ uuid: 'u', known: { pid: 1, id: 1 }, migrateArgs: [] },
    ...{ acceptUntilMs: Infinity, clockOffsetMs: OFFSET_MS },
  });
  return { hosts, sentAtMs, submission };
}

async function endWithWord(wordMs: number): Promise<MigrationEnd & { readonly heardAtMs: number }> {
  const { hosts, submission } = await submit({ wordMs });
  const heardAtMs = performance.timeOrigin + performance.now();
  const reference = { uuid: 'u', clockOffsetMs: OFFSET_MS };
  const handle: MigrationHandle = { intent: INTENT, ...submission.requested, reference };
  const options = { signal: new AbortController().signal };
  return { ...(await watchToEnd(hosts, handle, { sourceId: 1, targetId: null }, submission, options)), heardAtMs };
}

test('a request that begins at once is observed', async () => {
  const { sentAtMs, submission } = await submit({});
  expect(submission.requested.provenance).toBe('observed');
  expect(Math.abs(submission.requested.requestedAtMs - sentAtMs)).toBeLessThan(15);
});

test("one that is held up, by the link or because this process stood still, is recovered from the host's record of the beginning", async () => {
  const { sentAtMs, submission } = await submit({ beginMs: 4_000 });
  expect(submission.requested.provenance).toBe('recovered');
  expect(Math.abs(submission.requested.requestedAtMs - (sentAtMs + 4_000))).toBeLessThan(100);
  // The end is heard on the clock that was running all the time.
  const { heardAtMs = 0 } = (await submission.ended) ?? {};
  expect(Math.abs(heardAtMs - sentAtMs)).toBeLessThan(100);
});

test("virsh's success that arrives at once is observed", async () => {
  const { heardAtMs, ...end } = await endWithWord(20);
  expect(end).toMatchObject({ state: 'succeeded', provenance: 'observed', figures: { totalMs: 6_233 } });
  expect(Math.abs(end.finishedAtMs - heardAtMs)).toBeLessThan(15);
});

test("one that arrives late, e.g. because this process stood still, is recovered from the host's record of the end", async () => {
  const { heardAtMs, ...end } = await endWithWord(4_000);
  expect(end).toMatchObject({ state: 'succeeded', provenance: 'recovered', figures: { totalMs: 6_233 } });
  expect(Math.abs(end.finishedAtMs - (heardAtMs - 4_000))).toBeLessThan(100);
});
