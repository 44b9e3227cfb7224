import type { Row, Summary } from './bench';
import type { MachineDescription } from './describe-machine';
import type { BenchResult } from './run-benches';

const COLUMNS = ['', 'measure', 'drover', 'beside', 'ratio', 'aim'];

/** Results as Markdown: the machine, one table, and the notes of each bench. Figures are medians with their range. */
export function renderResults(machine: MachineDescription, results: readonly BenchResult[]): string {
  const { cpu, cores, memoryGib, kernel, node, temporal, commit } = machine;
  const lines = results.flatMap(({ id, title, outcome, missing }) =>
    outcome === null
      ? [[`(${id})`, title, `not run: ${missing?.reason ?? 'unknown'}`, '', '', '']]
      : rowsOf(id, outcome.rows),
  );
  return [
    `${cpu}, ${String(cores)} cores, ${String(memoryGib)} GiB; ${kernel}; Node ${node}; ${temporal}; commit ${commit}`,
    '',
    ...[COLUMNS, COLUMNS.map(() => '---'), ...lines].map((cells) => `| ${cells.map(cell).join(' | ')} |`),
    '',
    ...results.flatMap(notesOf),
  ].join('\n');
}

function rowsOf(id: string, rows: readonly Row[]): string[][] {
  return rows.map(({ measure, unit, drover, peer, ratio, aim }) => [
    `(${id})`,
    measure,
    withUnit(drover, unit),
    peer === undefined ? '' : `${peer.name}: ${withUnit(peer.summary, unit)}`,
    ratio === undefined ? '' : show(ratio),
    aim === undefined ? '' : `${aim.text}: ${aim.met ? 'met' : '**missed**'}`,
  ]);
}

function notesOf({ id, title, load, outcome }: BenchResult): readonly string[] {
  if (outcome === null) return [];
  const { busy, loadBefore, loadAfter, seconds } = load;
  const machine = `${String(Math.round(busy * 100))} % of all cores busy, load ${figure(loadBefore)} to ${figure(loadAfter)}`;
  const runs = `${String(outcome.pairs)} ${outcome.pairs === 1 ? 'run' : 'runs'} of each, ${String(Math.round(seconds))} s`;
  return [`- (${id}) ${title}: ${[`${runs}, ${machine}`, ...outcome.notes].join('; ')}.`];
}

const withUnit = (summary: Summary, unit: string): string => `${show(summary)}${unit === '' ? '' : ` ${unit}`}`;

/** `12.3 (10 to 15)`; a single run has no range. */
function show({ median, low, high }: Summary): string {
  return low === high ? figure(median) : `${figure(median)} (${figure(low)} to ${figure(high)})`;
}

/** Three significant digits, all digits of what is longer. */
function figure(value: number): string {
  return Math.abs(value) >= 1000 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
