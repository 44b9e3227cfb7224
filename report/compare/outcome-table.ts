import type { MigrationRow } from '../../store/types';
import { dataTable } from '../data-table';
import type { Html } from '../html';
import { plannedMigrations } from '../migration-groups';
import type { CompareInput } from './compare-input';

/** One line of counts. */
interface Counted {
  readonly what: string;
  readonly counts: readonly [number, number];
}

const LINES: readonly (readonly [what: string, of: (row: MigrationRow) => boolean])[] = [
  ['migrations of the plan', () => true],
  ['succeeded', ({ outcome }) => outcome === 'succeeded'],
  [
    'succeeded, times recovered from records (in no figure)',
    ({ outcome, provenance }) => outcome === 'succeeded' && provenance === 'recovered',
  ],
  [
    'succeeded, blackout ambiguous (in no figure)',
    ({ outcome, blackout_located_by: by }) => outcome === 'succeeded' && by === 'ambiguous',
  ],
  ['blackout below the noise floor', ({ blackout_below_noise: below }) => below === true],
  ['not converged (censored)', ({ outcome }) => outcome === 'not-converged'],
  ['failed', ({ outcome }) => outcome === 'failed'],
  ['cancelled', ({ outcome }) => outcome === 'cancelled'],
  ['missed, skipped or nothing to do', ({ outcome }) => ['missed', 'skipped', 'no-op'].includes(outcome)],
];

/** How many migrations of each campaign ended how. */
export function outcomeTable({ first, second, names }: CompareInput): Html {
  const rows = [plannedMigrations(first.migrations), plannedMigrations(second.migrations)] as const;
  const lines = LINES.map(([what, of]): Counted => ({
    what,
    counts: [rows[0].filter(of).length, rows[1].filter(of).length],
  }));
  return dataTable<Counted>(
    'Outcomes',
    [
      { title: 'Migrations', kind: 'prose', cell: ({ what }) => what },
      { title: names[0], kind: 'figure', cell: ({ counts }) => String(counts[0]) },
      { title: names[1], kind: 'figure', cell: ({ counts }) => String(counts[1]) },
    ],
    lines.filter(({ counts }, index) => index < 2 || counts[0] + counts[1] > 0),
  );
}
