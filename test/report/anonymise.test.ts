import { anonymise } from '../../report/anonymise';
import { renderReport } from '../../report/render-report';
import type { ReportInput } from '../../report/report-input';
import { fixture } from './fixture';

const SECRET = [
  'esx-zurich-07',
  'payroll-db',
  'vantage-of-alice',
  'prod-zurich',
  'q3-payroll-move',
  'carol',
  '10.1.2.3',
  'fe80::1:2',
];

/** The fixture with names that must not get out, in columns, in texts and as part of longer names. */
function named(): ReportInput {
  const input = fixture();
  const name = (given: string | null) =>
    given === 'h1' ? 'esx-zurich-07' : given === 'g1' ? 'payroll-db' : given === 'worker' ? 'vantage-of-alice' : given;
  const same = <T extends string | null>(given: T) => name(given) as T;
  return {
    ...input,
    campaign: {
      ...input.campaign,
      campaign: 'q3-payroll-move',
      site: 'prod-zurich',
      failure: 'esx-zurich-07.corp.example at 10.1.2.3 refused payroll-db',
      outcome: 'failed',
      spec: { site: 'prod-zurich' },
      inventory: { hosts: [{ name: 'esx-zurich-07' }], vms: [{ name: 'payroll-db', host: 'esx-zurich-07' }] },
    },
    plan: { ...input.plan, placement: { 'esx-zurich-07': ['payroll-db', 'g2'] } },
    migrations: input.migrations.map((row) => ({
      ...row,
      vm: same(row.vm),
      from: same(row.from),
      to: same(row.to),
      vantage: same(row.vantage),
      origin: row.kind === 'place' ? 'carol' : row.origin,
      action: row.kind === 'place' ? 'place-payroll-db' : row.action,
      error: row.error === null ? null : 'no route from esx-zurich-07 to [fe80::1:2]:49152 for payroll-db',
    })),
    actions: input.actions.map((row) => ({ ...row, vm: same(row.vm), to: same(row.to) })),
    silences: input.silences.map((row) => ({ ...row, target: same(row.target), vantage: same(row.vantage) })),
    probes: input.probes.map((row) => ({ ...row, target: same(row.target), vantage: same(row.vantage) })),
    clocks: input.clocks.map((row) => ({ ...row, machine: same(row.machine) })),
    ledger: {
      fromMs: 0,
      untilMs: 20_000,
      everyMs: 20_000,
      gapCount: 1,
      entities: [{ entityKind: 'host', entity: 'esx-zurich-07', value: 1, backFilled: 0, gap: 1, unaccounted: 0 }],
      gaps: [
        {
          entityKind: 'host',
          entity: 'esx-zurich-07',
          fromMs: 0,
          untilMs: 0,
          ticks: 1,
          reason: 'esx-zurich-07 is away',
        },
      ],
    },
    problems: ['/results/q3-payroll-move/chunks/x: line 3 is damaged'],
  };
}

it('leaves no name and no address in the page', () => {
  const before = renderReport(named());
  const after = renderReport(anonymise(named()));
  for (const secret of SECRET) {
    expect(before).toContain(secret);
    expect(after).not.toContain(secret);
  }
  expect(after).not.toContain('corp.example');
});

it('keeps every figure, and one name for one thing', () => {
  const { migrations } = named();
  const hidden = anonymise(named()).migrations;
  expect(hidden.map(({ migration_ms, blackout_ms, outcome }) => [migration_ms, blackout_ms, outcome])).toEqual(
    migrations.map(({ migration_ms, blackout_ms, outcome }) => [migration_ms, blackout_ms, outcome]),
  );
  const aliasOf = new Map(migrations.map(({ vm }, index) => [vm, hidden[index]?.vm]));
  expect(migrations.map(({ vm }) => aliasOf.get(vm))).toEqual(hidden.map(({ vm }) => vm));
  expect(new Set(aliasOf.values()).size).toBe(new Set(migrations.map(({ vm }) => vm)).size);
  expect(hidden.map(({ outcome, provenance, kind }) => [outcome, provenance, kind])).toEqual(
    migrations.map(({ outcome, provenance, kind }) => [outcome, provenance, kind]),
  );
});
