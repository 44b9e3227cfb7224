import type { SoakVerdict } from './judge-soak';

/** A soak as tables of Markdown, for docs/reliability.md and docs/operations.md. */
export function renderSoak(name: string, { minutes, long, trends, histories, complaints }: SoakVerdict): string {
  const figure = (value: number): string => (Number.isInteger(value) ? String(value) : value.toFixed(1));
  const perRun = (sum: number, runs: number): string => figure(Math.round((10 * sum) / runs) / 10);
  return [
    `${name}: ${minutes.toFixed(0)} min; ${complaints.length > 0 ? complaints.join('; ') : long ? 'nothing grows' : 'too short for a trend'}`,
    '',
    '| second half | at its start | at its end | least to most | in the whole campaign at this slope (95 %) | allowed |',
    '| --- | --- | --- | --- | --- | --- |',
    ...trends.map(({ what, half, end, least, most, growth, growthLow, growthHigh, bound }) => {
      const trend = `${figure(growth)} (${figure(growthLow)} to ${figure(growthHigh)})`;
      const allowed = Number.isFinite(bound) ? figure(bound) : '';
      return `| ${what} | ${figure(half)} | ${figure(end)} | ${figure(least)} to ${figure(most)} | ${trend} | ${allowed} |`;
    }),
    '',
    '| workflow | runs | events a run | kB a run | longest run, events |',
    '| --- | --- | --- | --- | --- |',
    ...histories.map(
      ({ type, runs, events, bytes, longest }) =>
        `| ${type} | ${runs} | ${perRun(events, runs)} | ${perRun(bytes / 1_000, runs)} | ${longest} |`,
    ),
  ].join('\n');
}
