import { checkProbing, resolveTargets, targetProblems } from '../../agents/resolve-targets';

const target = (name: string, address = '127.0.0.1') => ({ name, address, kind: 'vm' as const, port: 7707 });

test.each([0, 0.5, 1001, Number.NaN])('a period of %p ms is refused, not rounded', (periodMs) => {
  expect(() => {
    checkProbing([target('a')], periodMs);
  }).toThrow('1 to 1000 ms');
});

test('two targets of one name, and too many of them, are refused', () => {
  expect(() => {
    checkProbing([target('a'), target('a')], 5);
  }).toThrow('two machines are called a');
  const many = Array.from({ length: 257 }, (_, index) => target(String(index)));
  expect(() => {
    checkProbing(many, 5);
  }).toThrow('257 hosts and VMs');
});

test('every problem is told at once', () => {
  expect(targetProblems(['a', 'b', 'c'])).toEqual([]);
  expect(targetProblems(['a', 'b', 'a', 'b', 'a'])).toHaveLength(2);
});

test('addresses stay, a name that nobody knows is an error with the target', async () => {
  expect(await resolveTargets([target('a'), target('b', '::1')])).toEqual([
    { name: 'a', address: '127.0.0.1', port: 7707 },
    { name: 'b', address: '::1', port: 7707 },
  ]);
  await expect(resolveTargets([target('a', 'nowhere.invalid')])).rejects.toThrow('nowhere.invalid of a');
});
