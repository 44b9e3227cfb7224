import { z } from 'zod';
import { duration } from './duration';
import { MOST_ACTIONS } from './most-actions';
import { nameSchema } from './name-schema';

const every = duration
  .optional()
  .meta({ description: 'Fixed time from one migration (or group of concurrent ones) to the next' });
const pause = duration
  .optional()
  .meta({ description: 'Time from the end of one migration to the next; 0 if neither every nor pause is given' });
const migrations = z.int().min(1).max(MOST_ACTIONS);
const repeats = z.int().min(1).max(MOST_ACTIONS).default(1);

const staircase = z.strictObject({
  kind: z.literal('staircase'),
  target: nameSchema.meta({ description: 'Host that fills up' }),
  upTo: z.int().min(1).meta({ description: 'VMs on the target when it is full' }),
  every: duration.meta({ description: 'Time from one migration to the next' }),
  reverse: z.boolean().default(false).meta({ description: 'Send the VMs home again at the same pace' }),
  repeats: repeats.meta({ description: 'How often up and down; needs reverse' }),
});

const ring = z.strictObject({
  kind: z.literal('ring'),
  rounds: z.int().min(1).max(MOST_ACTIONS).optional().meta({ description: 'How often every VM moves one host on' }),
  migrations: migrations.optional().meta({ description: 'Migrations in all, instead of rounds' }),
  concurrent: z.int().min(1).default(1).meta({ description: 'Migrations at once' }),
  every,
  pause,
});

const cycle = z.strictObject({
  kind: z.literal('cycle'),
  vm: nameSchema.meta({ description: 'VM that goes round' }),
  hosts: z
    .array(nameSchema)
    .min(2)
    .optional()
    .meta({ description: 'Order of the hosts; without it the order of the placement' }),
  migrations: migrations.meta({ description: 'Migrations in all' }),
  every,
  pause,
});

const evacuate = z.strictObject({
  kind: z.literal('evacuate'),
  host: nameSchema.meta({ description: 'Host that gives its VMs away' }),
  to: z
    .array(nameSchema)
    .min(1)
    .optional()
    .meta({ description: 'Hosts that take them in turn; without it all others' }),
  back: z.boolean().default(true).meta({ description: 'Bring the VMs back afterwards' }),
  every,
  pause,
  repeats: repeats.meta({ description: 'How often out and back; needs back' }),
});

/** A pattern as a user writes it. */
export const patternSchema = z.discriminatedUnion('kind', [staircase, ring, cycle, evacuate]);

/** A pattern with durations in milliseconds. */
export type ParsedPattern = z.infer<typeof patternSchema>;
