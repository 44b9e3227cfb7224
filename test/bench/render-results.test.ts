import { renderResults } from '../../bench/render-results';
import type { MachineDescription } from '../../bench/describe-machine';

const machine: MachineDescription = {
  ...{ cpu: 'CPU', cores: 2, memoryGib: 8, kernel: 'Linux 6', node: 'v20', temporal: 'temporal 1', commit: 'abc' },
};
const load = { busy: 0.5, loadBefore: 1, loadAfter: 2.25, seconds: 61.4 };

describe('results of benches', () => {
  it('shows medians with their range, the peer, the ratio and the aim', () => {
    const text = renderResults(machine, [
      {
        ...{ id: 'a', title: 'lateness', load, missing: null },
        outcome: {
          pairs: 3,
          notes: ['two busy loops'],
          rows: [
            {
              ...{ measure: 'p99', unit: 'ms', drover: { median: 4.1234, low: 3, high: 5 } },
              peer: { name: '2 s tick', summary: { median: 1980.4, low: 1980.4, high: 1980.4 } },
              ratio: { median: 480, low: 400, high: 500 },
              aim: { text: '<= 10 ms', met: true },
            },
            { measure: 'a|b', unit: '', drover: { median: 1, low: 1, high: 1 }, aim: { text: '<= 0', met: false } },
          ],
        },
      },
      { id: 'b', title: 'ring', load, outcome: null, missing: { reason: 'no /dev/kvm\nhere', failed: false } },
    ]);
    const lines = text.split('\n');
    expect(lines).toContain('| (a) | p99 | 4.12 (3 to 5) ms | 2 s tick: 1980 ms | 480 (400 to 500) | <= 10 ms: met |');
    expect(lines).toContain('| (a) | a\\|b | 1 |  |  | <= 0: **missed** |');
    expect(lines).toContain('| (b) | ring | not run: no /dev/kvm here |  |  |  |');
    expect(text).toContain(
      '- (a) lateness: 3 runs of each, 61 s, 50 % of all cores busy, load 1 to 2.25; two busy loops.',
    );
    expect(lines[0]).toContain('commit abc');
  });
});
