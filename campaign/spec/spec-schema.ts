import { z } from 'zod';
import { duration } from './duration';

const name = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._ -]{0,79}$/, { error: 'a name starts with a letter or digit and has at most 80 letters, digits, dots, dashes, underscores or spaces' })
  .meta({ description: 'Name as the hypervisor knows it' });

const dirty = z
  .strictObject({
    workingSetMib: z.number().int().min(1).max(1_048_576).meta({ description: 'Memory that is written to, MiB' }),
    mibPerS: z.number().positive().max(100_000).meta({ description: 'Pace of writing, MiB per second' }),
    pattern: z.enum(['sequential', 'random']).default('sequential'),
  })
  .meta({ description: 'Writes incompressible data to memory at a set pace' });

const load = z.strictObject({ dirty: dirty.optional() }).meta({ description: 'What runs inside the VM' });

const staircase = z.strictObject({
  kind: z.literal('staircase'),
  target: name.meta({ description: 'Host that fills up' }),
  upTo: z.number().int().min(1).meta({ description: 'VMs on the target when it is full' }),
  every: duration.meta({ description: 'Time from one migration to the next' }),
  reverse: z.boolean().default(false).meta({ description: 'Send the VMs home again at the same pace' }),
});

const action = z.strictObject({
  id: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, { error: 'an id has 1 to 64 letters, digits, dashes or underscores' }).optional(),
  migrate: name.meta({ description: 'VM' }),
  to: name.meta({ description: 'Target host' }),
  at: duration.optional().meta({ description: 'Offset from time zero' }),
  after: z.string().optional().meta({ description: 'Id of the action whose end this one follows' }),
  pause: duration.optional().meta({ description: 'Time between that end and this action' }),
});

/** The spec as a user writes it, YAML or JSON. */
export const specSchema = z
  .strictObject({
    $schema: z.string().optional(),
    site: name.meta({ description: 'Site of the site file' }),
    placement: z.record(name, z.array(name)).meta({ description: 'VMs on each host at time zero; a host without VMs has an empty list' }),
    pattern: z.discriminatedUnion('kind', [staircase]).optional().meta({ description: 'Generates the plan' }),
    actions: z.array(action).min(1).max(10_000).optional().meta({ description: 'The plan, one migration an entry' }),
    load: z.record(z.string(), load).default({}).meta({ description: 'Load by VM name; `default` for all others' }),
    measure: z
      .strictObject({
        background: duration.default(60_000).meta({ description: 'Time without migrations before time zero, for the noise floor' }),
        probePeriod: duration.default(5).meta({ description: 'Time between two probes of one VM, at least 1ms' }),
        prompt: duration.default(30).meta({ description: 'An answer later than this starts a silence' }),
      })
      .prefault({}),
    options: z
      .strictObject({
        bandwidthMibPerS: z.number().positive().optional(),
        downtimeLimitMs: z.number().positive().optional(),
        autoConverge: z.boolean().optional(),
        postCopy: z.boolean().optional(),
        compression: z.enum(['xbzrle', 'zstd', 'zlib']).optional(),
        channels: z.number().int().min(1).max(255).optional(),
        deadline: duration.optional().meta({ description: 'A migration that takes longer is cancelled and counts as not converged' }),
      })
      .prefault({}),
    limits: z
      .strictObject({
        onFailure: z.enum(['continue', 'abort', 'pause']).default('continue'),
        maxFailures: z.number().int().min(0).optional(),
        whenLate: z.enum(['shift-all', 'run-now', 'skip']).default('shift-all'),
        lateTolerance: duration.default(5_000),
      })
      .prefault({}),
  })
  .meta({ title: 'drover campaign', description: 'One live-migration campaign' });

/** The spec as the schema gives it back: defaults filled in, durations in milliseconds. */
export type ParsedSpec = z.infer<typeof specSchema>;
