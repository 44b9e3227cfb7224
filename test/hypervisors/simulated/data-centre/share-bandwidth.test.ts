import fc from 'fast-check';
import { shareBandwidth, type Transfer } from '../../../../hypervisors/simulated/data-centre/model/share-bandwidth';

const transfer = (from: string, to: string, limitMibPerS: number | null = null): Transfer => ({
  from,
  to,
  limitMibPerS,
});
const CAPACITY = (): number => 100;

test.each<[string, readonly Transfer[], readonly number[]]>([
  ['one transfer gets the whole link', [transfer('h1', 'h2')], [100]],
  ['two out of one host share it', [transfer('h1', 'h2'), transfer('h1', 'h3')], [50, 50]],
  ['two into one host share it', [transfer('h1', 'h3'), transfer('h2', 'h3')], [50, 50]],
  ['both ways do not disturb each other', [transfer('h1', 'h2'), transfer('h2', 'h1')], [100, 100]],
  ['what a limited one leaves goes to the other', [transfer('h1', 'h2', 20), transfer('h1', 'h2')], [20, 80]],
  [
    'what is held up elsewhere leaves more here',
    [transfer('h1', 'h3'), transfer('h2', 'h3'), transfer('h4', 'h3'), transfer('h1', 'h5')],
    [100 / 3, 100 / 3, 100 / 3, 200 / 3],
  ],
])('%s', (_what, transfers, expected) => {
  const shares = shareBandwidth(transfers, CAPACITY);
  transfers.forEach((each, index) => expect(shares.get(each)).toBeCloseTo(expected[index] ?? Number.NaN, 9));
});

test('no link and no limit is exceeded, and nobody could have more', () => {
  const host = fc.constantFrom('h1', 'h2', 'h3', 'h4');
  const any = fc.record({
    from: host,
    to: host,
    limitMibPerS: fc.option(fc.double({ min: 0.5, max: 300, noNaN: true }), { nil: null }),
  });
  fc.assert(
    fc.property(fc.array(any, { maxLength: 25 }), (transfers) => {
      const shares = shareBandwidth(transfers, CAPACITY);
      const used = (pick: (each: Transfer) => boolean): number =>
        transfers.filter(pick).reduce((sum, each) => sum + (shares.get(each) ?? Number.NaN), 0);
      for (const each of transfers) {
        const share = shares.get(each) ?? Number.NaN;
        expect(share).toBeGreaterThan(0);
        const [out, into] = [used(({ from }) => from === each.from), used(({ to }) => to === each.to)];
        expect(Math.max(out, into)).toBeLessThanOrEqual(100 + 1e-6);
        const atLimit = each.limitMibPerS !== null && share >= each.limitMibPerS - 1e-6;
        expect(atLimit || Math.max(out, into) > 100 - 1e-6).toBe(true);
      }
    }),
  );
});
