import { interleave } from '../../bench/interleave';
import { summarise, summariseRatios } from '../../bench/summarise';

describe('summarise', () => {
  it.each([
    [[3], { median: 3, low: 3, high: 3 }],
    [[5, 1, 3], { median: 3, low: 1, high: 5 }],
    [[4, 1, 2, 3], { median: 2.5, low: 1, high: 4 }],
  ])('%j', (figures, expected) => expect(summarise(figures)).toEqual(expected));

  it('has nothing to say of no run', () => expect(() => summarise([])).toThrow('no run'));

  it('takes the ratio of each pair, not the ratio of medians', () => {
    expect(summariseRatios([1, 20, 9], [2, 10, 9])).toEqual({ median: 1, low: 0.5, high: 2 });
    expect(() => summariseRatios([1], [])).toThrow('a pair');
  });
});

describe('interleave', () => {
  it('turns the order round each second time and keeps results by round', async () => {
    const order: string[] = [];
    const contender = (name: string) => (round: number) => {
      order.push(`${name}${String(round)}`);
      return Promise.resolve(round);
    };
    const results = await interleave(3, { a: contender('a'), b: contender('b') });
    expect(order).toEqual(['a0', 'b0', 'b1', 'a1', 'a2', 'b2']);
    expect(results).toEqual({ a: [0, 1, 2], b: [0, 1, 2] });
  });
});
