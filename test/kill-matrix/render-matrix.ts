import { FAULT_KINDS } from './faults';
import type { Verdict } from './checker/judge-run';
import type { MatrixLine } from './matrix-journal';
import type { FaultRun } from './run-faults';

const FINDINGS: readonly (readonly [keyof Verdict, string])[] = [
  ['lost', 'actions lost'],
  ['doubled', 'actions done twice'],
  ['limitExceeded', 'limit exceeded'],
  ['unaccounted', 'ticks unaccounted'],
  ['unmarked', 'figures touched by a fault and not marked'],
];

/** The matrix as Markdown: what was struck how often, what became of the migrations, and what the checker found. */
export function renderMatrix(lines: readonly MatrixLine[]): string {
  const runs = lines.flatMap(({ done }) => done ?? []);
  const faults = runs.flatMap((run) => run.faults);
  const total = (of: (run: FaultRun) => number): number => runs.reduce((sum, run) => sum + of(run), 0);
  const outcomes = [...new Set(runs.flatMap(({ migrations }) => Object.keys(migrations)))].sort();
  return [
    `${String(faults.length)} faults in ${String(runs.length)} campaigns, commit ${[...new Set(lines.map(({ commit }) => commit))].join(', ')}.`,
    '',
    ...table(
      ['struck', 'how', 'times'],
      FAULT_KINDS.map(({ victim, deed }) => [
        victim,
        deed,
        faults.filter((fault) => fault.victim === victim && fault.deed === deed).length,
      ]),
    ),
    '',
    ...table(
      ['migrations that were', 'n'],
      [
        ...outcomes.map((name) => [name, total(({ migrations }) => migrations[name] ?? 0)] as const),
        ['marked as recovered (of all)', total(({ recovered }) => recovered)],
      ],
    ),
    '',
    ...table(
      ['the checker found', 'n'],
      [
        ['campaigns that did not complete', lines.length - runs.length],
        ...FINDINGS.map(([finding, name]) => [name, total(({ verdict }) => verdict[finding].length)] as const),
      ],
    ),
    '',
    ...runs.flatMap(({ causes }) => causes.map((cause) => `- ${cause}`)),
    '',
  ].join('\n');
}

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): readonly string[] {
  const line = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}
