import fc from 'fast-check';
import { completedFigures, judgeEvidence } from '../../../hypervisors/libvirt/judge-evidence';
import type { HostView, Marker } from '../../../hypervisors/libvirt/look-at-host';
import type { JobInfo } from '../../../hypervisors/libvirt/parse-job-info';

const BASELINE = { sourceId: 3, targetId: null };
const MARKER: Marker = {
  fate: 'begun',
  beginMs: 10_000,
  endMs: null,
  exitCode: null,
  output: '',
  cancelled: false,
  alive: false,
};
const OUTGOING: JobInfo = { type: 'running', operation: 'outgoing' };
const GONE = { domainId: null, state: 'shut off (migrated)' };
const ARRIVED = { domainId: 7, state: 'running (migrated)' };

const view = (host: string, more: Partial<HostView> = {}): HostView => ({
  host,
  clockOffsetMs: 0,
  uuid: 'u',
  domainId: null,
  qemuPid: null,
  state: null,
  job: null,
  completed: null,
  marker: null,
  logBytes: 0,
  log: '',
  ...more,
});
const source = (marker: Partial<Marker> | null, more: Partial<HostView> = {}): HostView =>
  view('h1', {
    domainId: 3,
    state: 'running (booted)',
    marker: marker === null ? null : { ...MARKER, ...marker },
    ...more,
  });
const target = (more: Partial<HostView> = {}): HostView => view('h2', more);
const ended = (exitCode: number, output = ''): Partial<Marker> => ({ exitCode, output, endMs: 12_000 });

test.each<[string, HostView, HostView, object]>([
  ['no marker: nothing was submitted', source(null), target(), { state: 'none', marker: 'absent' }],
  [
    'no marker, though the VM is on the target: somebody else moved it',
    source(null, GONE),
    target(ARRIVED),
    { state: 'none', marker: 'absent' },
  ],
  ['a marker and nothing else: it may still come', source({ fate: 'set' }), target(), { state: 'none', marker: 'set' }],
  [
    'a marker that has not begun, though its process lives and the VM is on the target: it was somebody else',
    source({ fate: 'set', alive: true }, GONE),
    target(ARRIVED),
    { state: 'none', marker: 'set' },
  ],
  ['a marker that was given up', source({ fate: 'void', alive: true }), target(), { state: 'none', marker: 'void' }],
  ['it had begun, and nothing shows: nobody knows', source({}), target(), { state: 'none', marker: 'begun' }],
  ['virsh runs', source({ alive: true }), target(), { state: 'running', beginMs: 10_000 }],
  ['virsh was killed, the job runs (p2p)', source({}, { job: OUTGOING }), target(), { state: 'running' }],
  ['virsh said yes', source(ended(0), GONE), target(ARRIVED), { state: 'succeeded', beginMs: 10_000, endMs: 12_000 }],
  [
    'virsh said yes, and the VM has moved on since',
    source(ended(0), GONE),
    target(),
    { state: 'succeeded', endMs: 12_000 },
  ],
  ['virsh was killed, the VM arrived', source({}, GONE), target(ARRIVED), { state: 'succeeded' }],
  [
    'virsh was killed, the VM is on the target since before: it proves nothing',
    source({}, GONE),
    target({ domainId: 7, state: 'running (migrated)' }),
    { state: 'none', marker: 'begun' },
  ],
  [
    'cancelled',
    source(ended(1, 'error: operation aborted: migration out: canceled by client')),
    target(),
    { state: 'cancelled', code: 'cancelled', endMs: 12_000 },
  ],
  [
    'cancelled by drover, though virsh says only that its connection ended',
    source({ ...ended(1, 'error: End of file while reading data: : Input/output error'), cancelled: true }),
    target(),
    { state: 'cancelled', code: 'cancelled', message: expect.stringContaining('End of file') as string },
  ],
  [
    'cancelled too late: it arrived',
    source({ ...ended(1, 'error: End of file while reading data: : Input/output error'), cancelled: true }, GONE),
    target(ARRIVED),
    { state: 'succeeded' },
  ],
  [
    'refused because another migration runs, which arrives later',
    source(ended(1, 'error: another migration job is already running for domain'), GONE),
    target(ARRIVED),
    { state: 'failed', code: 'busy' },
  ],
  [
    'libvirtd was frozen when the downtime limit was to be set: it was not asked to migrate',
    source(ended(124), GONE),
    target(ARRIVED),
    { state: 'failed', code: 'timeout', message: 'libvirtd did not answer within 10 s' },
  ],
  [
    'the target could not be reached',
    source(ended(1, "error: unable to connect to server at 'h2:16509': Connection refused")),
    target(),
    { state: 'failed', code: 'unreachable' },
  ],
  [
    'virsh lost its libvirtd while the job runs on',
    source(ended(1, 'error: Disconnected from qemu:///system due to end of file'), { job: OUTGOING }),
    target(),
    { state: 'running' },
  ],
  [
    'virsh lost its libvirtd, and the VM arrived',
    source(ended(1, 'error: Disconnected from qemu:///system due to end of file'), GONE),
    target(ARRIVED),
    { state: 'succeeded' },
  ],
  [
    'virsh lost its target, and the VM runs on as before',
    source(ended(1, 'error: client socket is closed')),
    target(),
    { state: 'failed', code: 'unreachable' },
  ],
  [
    'virsh lost sight, and the VM is nowhere to be seen',
    source(ended(1, 'error: client socket is closed'), GONE),
    target({ domainId: 7, state: 'paused (migrating)' }),
    { state: 'none', marker: 'begun' },
  ],
])('%s', (what, from, to, expected) => {
  const baseline = what.includes('since before') ? { sourceId: 3, targetId: 7 } : BASELINE;
  expect(judgeEvidence(from, to, baseline)).toMatchObject(expected);
});

const COMPLETED: JobInfo = {
  type: 'completed',
  operation: 'outgoing',
  totalMs: 1_900,
  downtimeMs: 150,
  processedBytes: 1_000,
  iterations: 3,
};

test('figures come from the source, which post-copy also leaves there', () => {
  const from = source(ended(0), { completed: COMPLETED });
  const to = target({ completed: { ...COMPLETED, operation: 'incoming', downtimeMs: 4 } });
  const figures = { totalMs: 1_900, downtimeMs: 150, transferredBytes: 1_000, iterations: 3 };
  expect(completedFigures(from, to)).toEqual(figures);
  expect(judgeEvidence(from, to, BASELINE)).toMatchObject({
    figures: { ...figures, startedAtMs: 10_000, finishedAtMs: 12_000 },
  });
});

test.each<[string, JobInfo]>([
  ['of an earlier, longer migration', { ...COMPLETED, totalMs: 60_000 }],
  ['of a save or a snapshot', { ...COMPLETED, operation: 'other' }],
  ['of a job that failed', { ...COMPLETED, type: 'failed' }],
])('a record %s is not taken', (_what, completed) => {
  expect(completedFigures(source(ended(0), { completed }), target())).toEqual({});
});

const SILENT = null;
const REFUSED = ended(1, 'error: internal error: qemu unexpectedly closed the monitor');

test.each<[string, HostView, HostView | null, object]>([
  [
    'virsh said no, and the VM runs on as before: what the target is does not matter',
    source(REFUSED),
    SILENT,
    { state: 'failed', code: 'protocol', endMs: 12_000 },
  ],
  [
    'virsh lost the target for good, and the VM runs on as before',
    source(ended(1, 'error: client socket is closed')),
    SILENT,
    { state: 'failed', code: 'unreachable' },
  ],
  ['virsh said yes', source(ended(0), GONE), SILENT, { state: 'succeeded', endMs: 12_000 }],
  ['virsh runs', source({ alive: true }), SILENT, { state: 'running' }],
  ['the job runs', source({}, { job: OUTGOING }), SILENT, { state: 'running' }],
  ['virsh was killed, and the VM runs on as before', source({}), SILENT, { state: 'none', marker: 'begun' }],
  ['virsh was killed, and the VM is gone: only the target knows', source({}, GONE), SILENT, { state: 'unseen' }],
  [
    'virsh said no, and the VM is at its switch-over',
    source(REFUSED, { state: 'paused (migrating)' }),
    SILENT,
    { state: 'unseen' },
  ],
  ['virsh said no, and a job runs', source(REFUSED, { job: OUTGOING }), SILENT, { state: 'unseen' }],
  ['virsh said no, and the VM was started anew', source(REFUSED, { domainId: 4 }), SILENT, { state: 'unseen' }],
  ['no marker, and the VM runs on as before', source(null), SILENT, { state: 'none', marker: 'absent' }],
  ['no marker, and the VM is gone', source(null, GONE), SILENT, { state: 'unseen' }],
])('the target does not answer: %s', (_what, from, to, expected) => {
  expect(judgeEvidence(from, to, BASELINE)).toMatchObject(expected);
});

describe('a restart of the source took the marker', () => {
  const restarted = source(null, { domainId: null, state: 'shut off (unknown)' });

  test('of what was submitted: it succeeded if the VM arrived', () => {
    expect(judgeEvidence(restarted, target(ARRIVED), BASELINE, true)).toMatchObject({
      state: 'succeeded',
      beginMs: null,
    });
    const before = { sourceId: 3, targetId: 7 };
    for (const [to, baseline] of [
      [target(), BASELINE],
      [target({ domainId: 7, state: 'paused (migrating)' }), BASELINE],
      [target(ARRIVED), before],
    ] as const)
      expect(judgeEvidence(restarted, to, baseline, true)).toEqual({ state: 'none', marker: 'absent' });
    expect(judgeEvidence(restarted, null, BASELINE, true)).toEqual({ state: 'unseen' });
  });

  test('something else took it while the migration goes on', () => {
    const running = { state: 'running', beginMs: null };
    expect(judgeEvidence(source(null, { job: OUTGOING }), target(), BASELINE, true)).toEqual(running);
    expect(judgeEvidence(source(null, { job: OUTGOING }), null, BASELINE, true)).toEqual(running);
  });

  test('of what may not have been submitted: it is said that the VM arrived', () => {
    const arrived = { state: 'none', marker: 'absent', arrived: true };
    expect(judgeEvidence(restarted, target(ARRIVED), BASELINE)).toEqual(arrived);
    expect(judgeEvidence(restarted, target(), BASELINE)).toEqual({ state: 'none', marker: 'absent' });
  });

  test('the logs of both tell when a move was that nobody is known to have asked for', () => {
    const log = '2026-11-22 15:13:00.000+0000: starting up libvirt version: 11.3.0';
    const from = {
      ...restarted,
      log: '2026-11-22 15:13:01.250+0000: shutting down, reason=migrated',
      clockOffsetMs: 100,
    };
    const logged = {
      targetBeganMs: Date.UTC(2026, 10, 22, 15, 13, 0, 0),
      sourceEndedMs: Date.UTC(2026, 10, 22, 15, 13, 1, 250),
    };
    expect(judgeEvidence(from, target({ ...ARRIVED, log }), BASELINE)).toMatchObject({ arrived: true, logged });
    expect(judgeEvidence(from, target(ARRIVED), BASELINE)).not.toHaveProperty('logged');
    expect(judgeEvidence(restarted, target({ ...ARRIVED, log }), BASELINE)).not.toHaveProperty('logged');
  });

  test("the end is when the source's QEMU ended, else when the target's had received it all", () => {
    const log = '2026-11-22 15:13:00.000+0000: starting up libvirt version: 11.3.0';
    const to = target({ ...ARRIVED, log, completed: { ...COMPLETED, operation: 'incoming' } });
    const end = Date.UTC(2026, 10, 22, 15, 13, 1, 900);
    expect(judgeEvidence(restarted, to, BASELINE, true)).toMatchObject({ endMs: end, figures: { totalMs: 1_900 } });
    const from = { ...restarted, log: '2026-11-22 15:13:01.250+0000: shutting down, reason=migrated' };
    expect(judgeEvidence(from, to, BASELINE, true)).toMatchObject({ endMs: end - 650 });
  });
});

test("without the marker's end, QEMU's log tells when the source stopped", () => {
  const log = [
    '2026-11-22 15:10:00.000+0000: starting up',
    '2026-11-22 15:13:01.250+0000: shutting down, reason=migrated',
  ].join('\n');
  expect(judgeEvidence(source({}, { ...GONE, log }), target(ARRIVED), BASELINE)).toMatchObject({
    state: 'succeeded',
    endMs: Date.UTC(2026, 10, 22, 15, 13, 1, 250),
  });
});

test('whatever is seen, there is a verdict, and only a marker that has begun makes one other than none', () => {
  const number = fc.option(fc.nat(200_000), { nil: null });
  const job = fc.option(
    fc.record({
      type: fc.constantFrom('none', 'running', 'completed', 'failed', 'cancelled'),
      operation: fc.constantFrom('outgoing', 'incoming', 'other'),
    }),
    { nil: null },
  );
  const marker = fc.record({
    fate: fc.constantFrom('set', 'begun', 'void'),
    beginMs: number,
    endMs: number,
    exitCode: fc.option(fc.constantFrom(0, 1, 124, 137), { nil: null }),
    output: fc.oneof(fc.string(), fc.constantFrom('error: client socket is closed', "error: failed to get domain 'x'")),
    cancelled: fc.boolean(),
    alive: fc.boolean(),
  });
  const any = fc.record({
    host: fc.constant('h'),
    clockOffsetMs: fc.integer({ min: -1_000, max: 1_000 }),
    uuid: fc.constant('u'),
    domainId: fc.option(fc.nat(9), { nil: null }),
    qemuPid: number,
    state: fc.constantFrom(null, 'running (booted)', 'running (migrated)', 'paused (migrating)', 'shut off (migrated)'),
    job,
    completed: job,
    marker: fc.option(marker, { nil: null }),
    logBytes: fc.nat(),
    log: fc.string(),
  }) as fc.Arbitrary<HostView>;
  fc.assert(
    fc.property(any, fc.option(any), number, number, fc.boolean(), (from, to, sourceId, targetId, submitted) => {
      const verdict = judgeEvidence(from, to, { sourceId, targetId }, submitted);
      expect(verdict.state === 'unseen' && to !== null).toBe(false);
      if (verdict.state === 'unseen') return;
      const lost = submitted && from.marker === null;
      expect(verdict.state !== 'none' && from.marker?.fate !== 'begun' && !lost).toBe(false);
      if (verdict.state === 'none' || verdict.state === 'running') return;
      expect(verdict.endMs).not.toBeNaN();
      // virsh's own "yes" is never overruled.
      expect(from.marker?.exitCode === 0 && verdict.state !== 'succeeded').toBe(false);
    }),
    { numRuns: 1_000 },
  );
});
