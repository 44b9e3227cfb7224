import { quickKinds } from './kinds';

// Of the 100,000 cases of the long form, with one seed: what is found here is found again.
const SHORT = 2_000;
const SEED = 20_261_126;

jest.setTimeout(120_000);

test.each(quickKinds.map((kind) => [kind.name, kind] as const))(
  '%s: bad input is refused in good words',
  async (_, kind) => {
    const { accepted, refused } = await kind.run(Math.max(12, Math.round((kind.share * SHORT) / 100_000)), SEED);
    expect(accepted).toBeGreaterThan(0);
    expect(refused).toBeGreaterThan(0);
  },
);
