import fc from 'fast-check';
import { makeReadings, NO_FRAMES, type Frame } from '../../../hypervisors/libvirt/counters/make-readings';
import { judgeEvidence } from '../../../hypervisors/libvirt/judge-evidence';
import { createLibvirtHosts } from '../../../hypervisors/libvirt/libvirt-hosts';
import { locateVm } from '../../../hypervisors/libvirt/locate-vm';
import { lookAtHost } from '../../../hypervisors/libvirt/look-at-host';
import { parseJobInfo } from '../../../hypervisors/libvirt/parse-job-info';
import { createFindRunningMigrations } from '../../../hypervisors/libvirt/running-migrations';
import { takeInventory } from '../../../hypervisors/libvirt/take-inventory';
import { HypervisorError } from '../../../hypervisors/types';
import type { ExecResult, RemoteShell } from '../../../remote/types';
import { checkMessage } from '../check-message';
import { checkPlain } from '../check-plain';
import { fuzzKind, type Outcome } from '../fuzz-kind';
import { garbledText } from '../garble-text';
import { COMPLETED_JOB } from '../../hypervisors/libvirt/recorded-jobs';
import * as recorded from '../virsh-recordings';

const target = { host: '10.0.0.1', port: 22, user: 'root', privateKey: '', knownHosts: '' };
const config = {
  hosts: { h1: target, h2: target },
  migrateUri: 'qemu+ssh://root@{host}/system',
  addresses: { g1: ['10.78.1.1'] },
};

/** What two hosts answer to the same script, and what is asked of them. */
interface Case {
  readonly ask: 'inventory' | 'look' | 'locate' | 'running' | 'job' | 'frames';
  readonly answers: readonly [string, string];
  readonly complaint: string;
  readonly code: number | null;
  readonly whole: boolean;
}

const complaint = garbledText(fc.constantFrom(...recorded.COMPLAINTS));
const code = fc.constantFrom(0, 0, 0, 0, 0, 0, 1, 127, null);
const of = (ask: Case['ask'], ...texts: readonly string[]): fc.Arbitrary<Case> => {
  const text = garbledText(fc.constantFrom(...texts), 6);
  return fc.oneof(
    {
      weight: 1,
      arbitrary: fc
        .constantFrom(...texts)
        .map((one) => ({ ask, answers: [one, one] as const, complaint: '', code: 0, whole: true })),
    },
    {
      weight: 9,
      arbitrary: fc.record({
        ask: fc.constant(ask),
        answers: fc.tuple(text, text),
        complaint,
        code,
        whole: fc.constant(false),
      }),
    },
  );
};
const cases = fc.oneof(
  { weight: 5, arbitrary: of('inventory', recorded.INVENTORY_ANSWER) },
  { weight: 5, arbitrary: of('look', recorded.SOURCE_ANSWER, recorded.ENDED_ANSWER) },
  { weight: 2, arbitrary: of('locate', recorded.LOCATE_ANSWER) },
  { weight: 2, arbitrary: of('running', recorded.JOBS_ANSWER) },
  { weight: 2, arbitrary: of('job', COMPLETED_JOB) },
  { weight: 5, arbitrary: of('frames', recorded.DOMSTATS, ...recorded.HOST_TEXTS) },
);

/** Everything that hosts answer to the libvirt driver: texts of virsh, logs, markers, clocks, what recorders kept. */
export const virshOutput = fuzzKind('virsh output', 24_000, cases, async (one): Promise<Outcome> => {
  let answered = 0;
  const shell: RemoteShell = {
    exec: () =>
      Promise.resolve<ExecResult>({
        code: one.code,
        signal: null,
        stdout: one.answers[answered++ % 2] ?? '',
        stderr: one.complaint,
      }),
    copy: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
  const hosts = createLibvirtHosts(config, shell);
  try {
    checkPlain(await ask(one, hosts));
    return 'accepted';
  } catch (error) {
    if (!(error instanceof HypervisorError) || error.hint.includes('a fault in drover; please')) throw error;
    checkMessage(error.message);
    checkMessage(error.hint);
    if (one.whole) throw new Error('what was recorded is refused', { cause: error });
    return 'refused';
  }
});

async function ask({ ask: what, answers }: Case, hosts: ReturnType<typeof createLibvirtHosts>): Promise<unknown> {
  switch (what) {
    case 'inventory':
      return takeInventory(hosts, config);
    case 'look': {
      const look = { vm: 'g1', uuid: null, logFrom: 0 };
      const source = await lookAtHost(hosts, 'h1', { ...look, intentId: 'i1' });
      const other = await lookAtHost(hosts, 'h2', { ...look, intentId: null });
      return [source, other, judgeEvidence(source, other, { sourceId: 2, targetId: null })];
    }
    case 'locate':
      return locateVm(hosts, 'g1');
    case 'running':
      return createFindRunningMigrations(hosts)();
    case 'job':
      return answers.map(parseJobInfo);
    case 'frames': {
      const times = { takenAtMs: 1_003, monotonicMs: 77 };
      const frames = answers.flatMap((text, index): Frame[] => [
        { kind: 'series', tickMs: 0, ...times, text },
        { kind: 'domstats', tickMs: 1_000 * index, ...times, text },
        { kind: 'host', tickMs: 1_000 * index, ...times, text },
        { kind: 'failure', tickMs: 2_000 * index, ...times, text },
      ]);
      const made = makeReadings('h1', NO_FRAMES, frames);
      for (const { counters, values } of made.readings)
        if (counters.length !== values.length) throw new Error('counters and values out of step');
      for (const { reason } of made.notes) checkMessage(reason);
      return made;
    }
  }
}
