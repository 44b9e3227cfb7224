import { z } from 'zod';
import { duration } from './duration';
import { MOST_ACTIONS } from './most-actions';
import { nameSchema } from './name-schema';
import { patternSchema } from './pattern-schema';

const LONGEST_SCRIPT = 2_000_000;

const cpu = z
  .strictObject({
    percent: z
      .number()
      .positive()
      .max(100)
      .meta({ description: 'Share of the time in which each vCPU is busy, per cent' }),
  })
  .meta({ description: 'Keeps every vCPU busy for a share of the time' });

const lock = z
  .strictObject({ mib: z.int().min(1).max(1_048_576).meta({ description: 'Memory that is filled and locked, MiB' }) })
  .meta({ description: 'Fills memory with incompressible data, locks it and leaves it alone' });

const dirty = z
  .strictObject({
    workingSetMib: z.int().min(1).max(1_048_576).meta({ description: 'Memory that is written to, MiB' }),
    mibPerS: z.number().positive().max(100_000).meta({ description: 'Pace of writing, MiB per second' }),
    pattern: z
      .enum(['sequential', 'random'])
      .default('sequential')
      .meta({ description: 'Order in which pages are written' }),
  })
  .meta({ description: 'Writes incompressible data to memory at a set pace' });

const action = z.strictObject({
  id: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/, { error: '1 to 64 letters, digits, dashes or underscores' })
    .optional()
    .meta({ description: 'Your name for it; without it drover numbers it' }),
  migrate: nameSchema.optional().meta({ description: 'VM that moves' }),
  to: nameSchema.optional().meta({ description: 'Host it moves to' }),
  end: z.literal(true).optional().meta({ description: 'Ends the campaign; last action only' }),
  at: duration.optional().meta({ description: 'Offset from time zero' }),
  after: z
    .string()
    .optional()
    .meta({ description: 'Id of the earlier action whose end this one follows, or "previous"' }),
  pause: duration.optional().meta({ description: 'Time between that end and this action' }),
});

const measure = z.strictObject({
  background: duration
    .prefault('60s')
    .meta({ description: 'Time without migrations before time zero, for the noise floor' }),
  probePeriod: duration.prefault('5ms').meta({ description: 'Time between two probes of one VM, 1ms to 1s' }),
  prompt: duration
    .prefault('30ms')
    .meta({ description: 'An answer later than this starts a silence; at least two probe periods' }),
  sampleEvery: duration
    .prefault('20s')
    .meta({ description: 'Time between two samples of the hypervisor counters, at least 1s' }),
});

const limits = z.strictObject({
  migrationsPerHost: z
    .int()
    .min(1)
    .max(1_000)
    .optional()
    .meta({ description: 'Migrations at once on one host; without it as the site file says' }),
  maxFailures: z
    .int()
    .min(0)
    .optional()
    .meta({ description: 'The campaign is aborted when more migrations than this ended without success' }),
});

const options = z.strictObject({
  bandwidthMibPerS: z
    .number()
    .positive()
    .optional()
    .meta({ description: 'Upper limit of the transfer, MiB per second' }),
  downtimeLimitMs: z.number().positive().optional().meta({ description: 'Downtime that the hypervisor aims for, ms' }),
  autoConverge: z.boolean().optional().meta({ description: 'Slow the VM down until the migration converges' }),
  postCopy: z.boolean().optional().meta({ description: 'Allow switching over before all memory is there' }),
  compression: z.enum(['xbzrle', 'zstd', 'zlib']).optional(),
  channels: z.int().min(1).max(255).optional().meta({ description: 'Parallel connections' }),
  deadline: duration.optional().meta({ description: 'A migration that takes longer counts as not converged' }),
  onDeadline: z
    .enum(['cancel', 'raise-downtime', 'post-copy'])
    .optional()
    .meta({ description: 'What then happens to it; cancel if not given' }),
  whenBusy: z
    .enum(['postpone-all', 'postpone-one', 'skip'])
    .default('postpone-all')
    .meta({ description: 'No free permit at the due time' }),
  whenLate: z
    .enum(['shift-all', 'run-now', 'skip'])
    .default('shift-all')
    .meta({ description: 'An action could not be armed in time' }),
  lateTolerance: duration.prefault('5s').meta({ description: 'Lateness that is still in time' }),
  onFailure: z
    .enum(['continue', 'pause', 'abort'])
    .default('continue')
    .meta({ description: 'A migration ended without success' }),
});

/** The spec as a user writes it, YAML or JSON. */
export const specSchema = z
  .strictObject({
    $schema: z.string().optional(),
    site: nameSchema.meta({ description: 'Site of the site file' }),
    placement: z
      .record(nameSchema, z.array(nameSchema))
      .optional()
      .meta({ description: 'VMs on each host at time zero; a host without VMs has an empty list' }),
    pattern: patternSchema.optional().meta({ description: 'Generates the plan' }),
    actions: z.array(action).min(1).max(MOST_ACTIONS).optional().meta({ description: 'The plan, one action an entry' }),
    script: z
      .string()
      .min(1)
      .max(LONGEST_SCRIPT)
      .optional()
      .meta({ description: 'Placement and plan in the script format of docs/spec.md' }),
    load: z
      .record(nameSchema, z.strictObject({ cpu: cpu.optional(), lock: lock.optional(), dirty: dirty.optional() }))
      .default({})
      .meta({ description: 'What runs inside each VM, by its name; `default` for all others' }),
    measure: measure.prefault({}),
    limits: limits.prefault({}),
    options: options
      .prefault({})
      .meta({ description: 'Options of every migration, and what happens when things do not go as planned' }),
  })
  .meta({
    title: 'drover campaign',
    description: 'One live-migration campaign; exactly one of pattern, actions and script',
  });

/** The spec as the schema gives it back: defaults filled in, durations in milliseconds. */
export type ParsedSpec = z.infer<typeof specSchema>;
