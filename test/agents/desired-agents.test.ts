import { desiredAgents, desiredLines } from '../../agents/desired-agents';

const dirty = { workingSetMib: 64, mibPerS: 0.5, pattern: 'random' } as const;
const campaign = { campaignId: 'night\nrun', leaseS: 60 };

test('a machine without a load has an echo only', () => {
  expect(desiredAgents({ port: 7708, ports: 16, load: {} })).toEqual([
    { name: 'echo', settings: ['port=7708', 'ports=16'] },
  ]);
});

test.each([
  [0.5, 'mib_per_s=0.5'],
  [20, 'mib_per_s=20'],
  [100_000, 'mib_per_s=100000'],
  [1 / 3, 'mib_per_s=0.333333'],
])('a load of %p MiB/s keeps its fraction', (mibPerS, line) => {
  expect(desiredAgents({ port: 7707, ports: 1, load: { dirty: { ...dirty, mibPerS } } })[1]?.settings).toContain(line);
});

test('loads start in an order in which those that fill memory come last', () => {
  const load = { dirty, lock: { mib: 96 }, cpu: { percent: 12.5 } };
  expect(desiredAgents({ port: 7707, ports: 1, load }).slice(1)).toMatchObject([
    { name: 'cpu', settings: ['percent=12.5'] },
    { name: 'lock', settings: ['mib=96'] },
    { name: 'dirty' },
  ]);
});

test('the revision depends on the settings alone, and no id of a campaign adds a line', () => {
  const [, load] = desiredAgents({ port: 7707, ports: 1, load: { dirty } });
  const [, faster] = desiredAgents({ port: 7707, ports: 1, load: { dirty: { ...dirty, mibPerS: 1 } } });
  if (load === undefined || faster === undefined) throw new Error('no load');
  const lines = desiredLines(load, campaign, 1);
  expect(lines).toContain('campaign=night run');
  expect(lines[0]).toMatch(/^revision=\d+$/);
  expect(desiredLines(load, { ...campaign, leaseS: 90 }, 2)[0]).toBe(lines[0]);
  expect(desiredLines(faster, campaign, 1)[0]).not.toBe(lines[0]);
});
