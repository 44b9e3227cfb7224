import type { ReportInput } from '../../report/report-input';
import type { ActionRow, ClockRow, MigrationRow, ProbeSummaryRow, SilenceRow } from '../../store/types';

/** Made-up rows: nothing here was measured. Monday 2 March 2026, 09:00:00 UTC is the fixture's time zero. */
const TIME_ZERO = Date.UTC(2026, 2, 2, 9);
const CAMPAIGN = 'fixture-staircase';
const VANTAGE = 'worker';

interface Move {
  vm: string;
  from: string;
  to: string;
  seconds: number;
  blackout: number | null;
  change?: Partial<MigrationRow>;
}

const MOVES: readonly Move[] = [
  { vm: 'g1', from: 'h1', to: 'h2', seconds: 4.113, blackout: 243.4 },
  { vm: 'g2', from: 'h1', to: 'h2', seconds: 5.207, blackout: 261.9 },
  {
    vm: 'g3',
    from: 'h1',
    to: 'h3',
    seconds: 3.352,
    blackout: null,
    change: {
      outcome: 'failed',
      migration_ms: null,
      error: "h3: unable to connect to server at 'h3:49152': Connection refused; check the firewall between h1 and h3",
      blackout_gap: 'the migration did not switch over',
      attempts: 2,
    },
  },
  {
    vm: 'g4',
    from: 'h1',
    to: 'h3',
    seconds: 20.004,
    blackout: null,
    change: {
      outcome: 'not-converged',
      error: 'deadline of 20 s reached; cancelled',
      blackout_gap: 'the migration did not switch over',
      transferred_bytes: 2_913_402_880,
      iterations: 41,
    },
  },
  { vm: 'g1', from: 'h2', to: 'h1', seconds: 4.9, blackout: 238.2, change: { provenance: 'recovered', attempts: 2 } },
  {
    vm: 'g2',
    from: 'h2',
    to: 'h1',
    seconds: 6.481,
    blackout: 118.7,
    change: { blackout_located_by: 'ambiguous', guest_stop_ms: null },
  },
  {
    vm: 'g3',
    from: 'h1',
    to: 'h2',
    seconds: 4.377,
    blackout: 46.3,
    change: { blackout_below_noise: true, blackout_located_by: 'hypervisor' },
  },
];

/** A migration row of the fixture at place `index` of the run. */
export function migrationRow(move: Move, index: number): MigrationRow {
  const due = TIME_ZERO + index * 30_000;
  const lateness = 0.4 + ((index * 7) % 5) * 0.3;
  const bound = move.blackout === null ? null : 5.6;
  return {
    campaign: CAMPAIGN,
    action: `migrate-${index + 1}`,
    origin: 'drover',
    kind: 'migrate',
    vm: move.vm,
    from: move.from,
    to: move.to,
    due,
    effective_due: due,
    armed: due - 5000,
    requested: due + lateness,
    finished: due + lateness + move.seconds * 1000,
    outcome: 'succeeded',
    error: null,
    lateness_ms: lateness,
    waited_ms: 0,
    migration_ms: move.seconds * 1000,
    hypervisor_ms: move.seconds * 1000 - 61,
    queued_ms: null,
    vantage: VANTAGE,
    blackout_ms: move.blackout,
    blackout_low_ms: move.blackout === null || bound === null ? null : move.blackout - bound,
    blackout_high_ms: move.blackout === null || bound === null ? null : move.blackout + bound * 2,
    blackout_located_by: move.blackout === null ? null : 'guest-clock',
    blackout_below_noise: move.blackout === null ? null : false,
    blackout_gap: null,
    noise_floor_ms: 54.2,
    lost_ms: move.blackout === null ? null : move.blackout - 15,
    guest_stop_ms: move.blackout === null ? null : move.blackout - 9,
    host_silent_ms: move.blackout === null ? null : 0,
    brownout_ms: 31.5 + index * 12,
    downtime_ms: move.blackout === null ? null : move.blackout - 40,
    transferred_bytes: 310_000_000 + index * 21_000_000,
    iterations: 4 + (index % 3),
    attempts: 1,
    provenance: 'observed',
    ...move.change,
  };
}

function placement(): MigrationRow {
  const row = migrationRow({ vm: 'g4', from: 'h2', to: 'h1', seconds: 2.9, blackout: null }, 0);
  const before = { due: null, effective_due: null, lateness_ms: null, waited_ms: null, armed: null };
  const times = { requested: TIME_ZERO - 95_000, finished: TIME_ZERO - 92_100 };
  return { ...row, ...before, ...times, action: 'place-g4', kind: 'place', vantage: null, brownout_ms: null };
}

function actionOf(row: MigrationRow): ActionRow {
  const { campaign, action, kind, vm, to, due, effective_due, requested: happened, lateness_ms, outcome } = row;
  return { campaign, action, kind, vm, to, due, effective_due, happened, lateness_ms, outcome };
}

const VMS = ['g1', 'g2', 'g3', 'g4'];
const HOSTS = ['h1', 'h2', 'h3'];

function silencesOf(target: string, index: number): SilenceRow[] {
  return [
    { at: -45_000, length: 31 + index * 7.1, role: 'background' as const },
    { at: -20_000, length: 54.2 - index, role: 'background' as const },
    { at: 62_000 + index * 900, length: 18 + index * 9, role: 'collateral' as const },
  ].map(({ at, length, role }) => ({
    campaign: CAMPAIGN,
    vantage: VANTAGE,
    target,
    target_kind: 'vm',
    start: TIME_ZERO + at,
    end: TIME_ZERO + at + length,
    silence_ms: length,
    low_ms: length - 5,
    high_ms: length + 5,
    lost_ms: 0,
    lost_probes: 0,
    late_probes: 4,
    guest_stop_ms: null,
    send_lateness_ms: 0.3,
    open: false,
    role,
  }));
}

function probesOf(target: string, target_kind: 'vm' | 'host'): ProbeSummaryRow[] {
  return [-60_000, 0, 60_000, 120_000].map((at) => ({
    campaign: CAMPAIGN,
    vantage: VANTAGE,
    target,
    target_kind,
    from: TIME_ZERO + at,
    until: TIME_ZERO + at + 60_000,
    period_ms: 5,
    sent: 12_000,
    answered: 11_988,
    lost: 12,
    rtt_p50_ms: 0.31,
    rtt_p99_ms: 1.9,
    rtt_max_ms: 48.2,
    send_lateness_p99_ms: 0.4,
    send_lateness_max_ms: 3.2,
  }));
}

function clocksOf(): ClockRow[] {
  return [...HOSTS.map((name) => [name, 'host'] as const), ...VMS.map((name) => [name, 'vm'] as const)].flatMap(
    ([machine, machine_kind], index) =>
      [-60_000, 0, 60_000, 120_000].map((at, reading) => ({
        campaign: CAMPAIGN,
        machine,
        machine_kind,
        at: TIME_ZERO + at,
        offset_ms: index * 3.1 - 8 + reading * 0.4,
        uncertainty_ms: 1.2 + index * 0.7 + (reading % 2),
      })),
  );
}

/** A whole campaign of made-up rows: 3 hosts, 4 VMs, 7 migrations of every kind of outcome, one placement. */
export function fixture(): ReportInput {
  const migrations = [placement(), ...MOVES.map(migrationRow)];
  const end: ActionRow = {
    campaign: CAMPAIGN,
    action: 'end',
    kind: 'end',
    vm: null,
    to: null,
    due: TIME_ZERO + 240_000,
    effective_due: TIME_ZERO + 240_000,
    happened: TIME_ZERO + 240_001,
    lateness_ms: 1,
    outcome: 'done',
  };
  return {
    campaign: {
      format: 1,
      drover: '0.1.0',
      campaign: CAMPAIGN,
      runId: '00000000-0000-4000-8000-00000000f1f1',
      site: 'lab',
      hypervisor: 'libvirt',
      emulated: true,
      spec: { site: 'lab' },
      planHash: 'f1f1f1f1',
      inventory: {
        takenAtMs: TIME_ZERO - 100_000,
        hosts: HOSTS.map((name) => ({
          name,
          cpuModel: 'Fixture CPU 2.1 GHz',
          cpus: 2,
          memoryBytes: 8 * 1024 ** 3,
          nics: ['eth0'],
          versions: { libvirt: '9.0.0', qemu: '8.2.0' },
          migrationSettings: {},
        })),
        vms: VMS.map((name) => ({
          name,
          uuid: name,
          host: 'h1',
          power: 'running',
          vcpus: 1,
          memoryBytes: 128 * 1024 ** 2,
          addresses: [],
        })),
      },
      machine: { node: 'v20.19.0', cpu: 'Fixture CPU 2.1 GHz', cores: 2, memoryBytes: 8 * 1024 ** 3, kernel: '6.1.0' },
      createdAt: TIME_ZERO - 110_000,
      background: { from: TIME_ZERO - 60_000, until: TIME_ZERO },
      timeZero: TIME_ZERO,
      finishedAt: TIME_ZERO + 250_000,
      outcome: 'completed',
      prober: { periodMs: 5, promptMs: 10, locked: true, realtime: false, clock: 'CLOCK_MONOTONIC' },
    },
    plan: {
      placement: { h1: VMS },
      actions: [
        ...MOVES.map(({ vm, to }, index) => ({
          id: `migrate-${index + 1}`,
          kind: 'migrate' as const,
          vm,
          to,
          dueMs: index * 30_000,
        })),
        { id: 'end', kind: 'end', dueMs: 240_000 },
      ],
    },
    migrations,
    silences: VMS.flatMap(silencesOf),
    probes: [...VMS.flatMap((vm) => probesOf(vm, 'vm')), ...HOSTS.flatMap((host) => probesOf(host, 'host'))],
    actions: [...migrations.slice(1).map(actionOf), end],
    clocks: clocksOf(),
    blackouts: [],
    counters: null,
    ledger: null,
  };
}

/** The fixture with `count` migrations, made by repeating its moves. */
export function fixtureOf(count: number): ReportInput {
  const moves = Array.from({ length: count }, (_, index) => {
    const move = MOVES[index % MOVES.length];
    if (move === undefined) throw new Error('the fixture has moves');
    return { ...move, seconds: move.seconds * (1 + (index % 11) / 20) };
  });
  const migrations = moves.map(migrationRow);
  return { ...fixture(), migrations, actions: migrations.map(actionOf) };
}
