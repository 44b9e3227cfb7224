import { randomInt } from 'node:crypto';
import type { Counts } from './fuzz-kind';
import { kinds } from './kinds';

const CASES = Number(process.env['DROVER_FUZZ_CASES'] ?? 100_000);
const SEED = Number(process.env['DROVER_FUZZ_SEED'] ?? randomInt(2 ** 31));
const whole = kinds.reduce((sum, { share }) => sum + share, 0);

jest.setTimeout(3_600_000);

const table: Record<string, Counts> = {};

afterAll(() => {
  const rows = Object.entries(table).map(
    ([name, { accepted, refused, dropped, slowestMs }]) =>
      `${name}: ${String(accepted + refused + dropped)} cases, ${String(accepted)} accepted, ${String(refused)} refused, ${String(dropped)} dropped, at most ${String(slowestMs)} ms`,
  );
  const sum = Object.values(table).reduce(
    (all, { accepted, refused, dropped }) => all + accepted + refused + dropped,
    0,
  );
  console.log([`seed ${String(SEED)}, ${String(sum)} cases`, ...rows].join('\n'));
});

test.each(kinds.map((kind) => [kind.name, kind] as const))('%s', async (name, kind) => {
  const counts = await kind.run(Math.ceil((kind.share * CASES) / whole), SEED);
  table[name] = counts;
  expect(counts.accepted).toBeGreaterThan(0);
  expect(counts.refused).toBeGreaterThan(0);
});
