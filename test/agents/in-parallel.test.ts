import { inParallel } from '../../agents/in-parallel';

test('results keep their order and no more than so many run at once', async () => {
  let running = 0;
  let most = 0;
  const results = await inParallel([5, 1, 4, 2, 3], 2, async (n) => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setTimeout(resolve, n));
    running -= 1;
    return n * 10;
  });
  expect(results).toEqual([50, 10, 40, 20, 30]);
  expect(most).toBe(2);
});

test('all run to their end, then every reason is told', async () => {
  const done: number[] = [];
  const work = async (n: number): Promise<void> => {
    if (n % 2 === 1) throw new Error(`no ${String(n)}`);
    done.push(n);
    return Promise.resolve();
  };
  await expect(inParallel([1, 2, 3, 4], 1, work)).rejects.toThrow('no 1\nno 3');
  expect(done).toEqual([2, 4]);
  await expect(inParallel([2, 1], 4, work)).rejects.toThrow(/^no 1$/);
});
