import { findHandovers } from '../../../bench/simulated/find-handovers';
import type { LoggedStart } from '../../../bench/simulated/open-site';
import { migrationRow } from '../../store/rows';

const start = (action: string, atMs: number): LoggedStart => ({
  ...{ atMs, intent: `run-1.${action}.1`, vm: 'g1', from: 'h1', to: 'h2' },
});
const row = (action: string, due: number, hypervisorMs: number | null, kind: 'migrate' | 'place' = 'migrate') =>
  migrationRow(action, { due, hypervisor_ms: hypervisorMs, kind });

describe('handovers', () => {
  it('are timed by the data centre, from the end of one to the request of the next', () => {
    const rows = [row('a1', 0, 900), row('a2', 100, 800), row('a3', 200, 700)];
    const found = findHandovers(rows, [start('a1', 1_000), start('a2', 1_950), start('a3', 2_810)]);
    expect(found.map(({ after, endedAtMs, waitMs }) => [after.action, endedAtMs, waitMs])).toEqual([
      ['a2', 1_900, 50],
      ['a3', 2_750, 60],
    ]);
  });

  it.each([
    ['was due only after the end of the one before', [row('a1', 0, 900), row('a2', 1_901, 800)]],
    ['follows one whose end is not known', [row('a1', 0, null), row('a2', 100, 800)]],
    ['is a placement', [row('a1', 0, 900), row('a2', 100, 800, 'place')]],
  ])('are none where the next %s', (_, rows) => {
    expect(findHandovers(rows, [start('a1', 1_000), start('a2', 1_950)])).toEqual([]);
  });
});
