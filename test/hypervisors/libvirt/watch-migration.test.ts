import { submitMigration } from '../../../hypervisors/libvirt/submit-migration';
import { watchToEnd } from '../../../hypervisors/libvirt/watch-migration';
import type { LibvirtHosts } from '../../../hypervisors/libvirt/libvirt-hosts';
import type { MigrationEnd, MigrationHandle } from '../../../hypervisors/types';
import { COMPLETED_JOB } from './recorded-jobs';

const INTENT = { id: 'c.a1.1', vm: 'g1', from: 'h1', to: 'h2', options: {} };
/** The source host's clock is ahead by this much. */
const OFFSET_MS = 30_000;
const LASTED_MS = 6_300;

/** Hosts on which a migration has ended `lateMs` before word of it comes; nothing else may be asked of them. */
function hostsWithLateWord(lateMs: number): LibvirtHosts {
  const seconds = (ms: number): string => (ms / 1_000).toFixed(6);
  return {
    names: ['h1', 'h2'],
    ask: () => Promise.reject(new Error('nobody needs to ask')),
    run: (_host, _script, _args, options) => {
      const endMs = Date.now() + OFFSET_MS - lateMs;
      const [begin, end] = [endMs - LASTED_MS, endMs].map(seconds);
      const text = `begun\nend 0\n\u001Ebegin\n${begin ?? ''}\n\u001Eend\n${end ?? ''}\n\u001Ecompleted\n${COMPLETED_JOB}`;
      options.onOutput?.(text);
      return Promise.resolve({ code: 0, signal: null, stdout: text, stderr: '' });
    },
  };
}

async function endWithWord(lateMs: number): Promise<MigrationEnd & { readonly heardAtMs: number }> {
  const hosts = hostsWithLateWord(lateMs);
  const order = { uuid: 'u', known: { pid: 1, id: 1 }, migrateArgs: [], acceptUntilHostMs: Infinity };
  const submission = await submitMigration(hosts, INTENT, order);
  const heardAtMs = performance.timeOrigin + performance.now();
  const { requestedAtMs } = submission;
  const reference = { uuid: 'u', clockOffsetMs: OFFSET_MS };
  const handle: MigrationHandle = { intent: INTENT, requestedAtMs, provenance: 'observed', reference };
  const options = { signal: new AbortController().signal };
  return { ...(await watchToEnd(hosts, handle, { sourceId: 1, targetId: null }, submission, options)), heardAtMs };
}

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
