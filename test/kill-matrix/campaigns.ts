/** Migrations of each shape's plan. */
export const MIGRATIONS = 6;

/** What every host and VM is sampled in. */
export const SAMPLE_EVERY_MS = 2_000;

/** The shapes of campaign that the matrix goes through; each on three hosts and three VMs. */
export const SHAPES = ['staircase', 'ring', 'evacuate'] as const;

/** One of them. */
export type Shape = (typeof SHAPES)[number];

/** Migrations at once on one host: the plan's pace exceeds it, so that permits matter. */
export const LIMIT_PER_HOST = 1;

/** From one migration to the next. */
const EVERY_S = 12;

/** From time zero to the end of the last migration of a shape, if nothing goes wrong. */
export const PLANNED_MS = MIGRATIONS * EVERY_S * 1_000;

const PLANS: Readonly<Record<Shape, { placement: object; pattern: object }>> = {
  staircase: {
    placement: { h1: ['g1', 'g2'], h2: [], h3: ['g3'] },
    pattern: { kind: 'staircase', target: 'h2', upTo: 3, reverse: true },
  },
  ring: {
    placement: { h1: ['g1'], h2: ['g2'], h3: ['g3'] },
    pattern: { kind: 'ring', rounds: 2 },
  },
  evacuate: {
    placement: { h1: ['g1', 'g2', 'g3'], h2: [], h3: [] },
    pattern: { kind: 'evacuate', host: 'h1' },
  },
};

/** A spec for a lab of three hosts and three VMs. */
export function specOf(site: string, shape: Shape, everyS = EVERY_S): object {
  const { placement, pattern } = PLANS[shape];
  return {
    site,
    placement,
    pattern: { ...pattern, every: everyS },
    measure: { background: '5s', probePeriod: '20ms', prompt: '60ms', sampleEvery: SAMPLE_EVERY_MS / 1_000 },
    options: { bandwidthMibPerS: 24, deadline: '60s' },
    limits: { migrationsPerHost: LIMIT_PER_HOST },
  };
}
