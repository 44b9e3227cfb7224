import { z } from 'zod';
import type { HypervisorErrorCode } from '../../../types';

const CODES = [
  'unreachable',
  'authentication',
  'host-key',
  'not-found',
  'not-permitted',
  'bad-state',
  'busy',
  'no-room',
  'incompatible',
  'unsupported',
  'timeout',
  'protocol',
  'stale',
] as const satisfies readonly HypervisorErrorCode[];

const id = z.string().regex(/^[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}$/);
const name = z.string().min(1).max(200);
const durationMs = z.number().min(0).max(86_400_000);

const options = z.strictObject({
  bandwidthMibPerS: z.number().positive().optional(),
  downtimeLimitMs: z.number().positive().optional(),
  autoConverge: z.boolean().optional(),
  postCopy: z.boolean().optional(),
});

const load = z.strictObject({
  workingSetMib: z.number().positive(),
  mibPerS: z.number().positive(),
  pattern: z.enum(['sequential', 'random']).default('sequential'),
});

const fault = z.discriminatedUnion('kind', [
  /** The next migration of a VM is accepted and fails. */
  z.strictObject({
    kind: z.literal('fail-next'),
    vm: name,
    code: z.enum(CODES),
    message: z.string().default('a fault was injected'),
    afterMs: durationMs.default(0),
  }),
  /** The next migration of a VM is accepted, and the connection breaks without an answer. */
  z.strictObject({ kind: z.literal('lose-reply'), vm: name }),
  /** The next request for a VM sets its marker and nothing follows, as if its host's process died there, before or after it began. */
  z.strictObject({ kind: z.literal('die-at-marker'), vm: name, begun: z.boolean() }),
]);

/** Everything that changes the data centre; what is accepted goes into the journal as it is. */
export const commandSchema = z.discriminatedUnion('do', [
  z.strictObject({
    do: z.literal('start'),
    id,
    origin: z.enum(['drover', 'other']).default('drover'),
    vm: name,
    from: name,
    to: name,
    options: options.prefault({}),
    /** Refused when it comes later, UTC ms. */
    acceptUntilMs: z.number().optional(),
    /** Refused if the VM has been moved another number of times. */
    moves: z.int().optional(),
  }),
  z.strictObject({ do: z.literal('void'), id }),
  z.strictObject({ do: z.literal('cancel'), id }),
  z.strictObject({
    do: z.literal('change'),
    id,
    downtimeLimitMs: z.number().positive().optional(),
    postCopy: z.literal(true).optional(),
  }),
  z.strictObject({ do: z.literal('forget'), id }),
  z.strictObject({
    do: z.literal('lease'),
    campaign: name,
    leaseMs: durationMs,
    loads: z.record(name, load),
    /** Share of the time in which each vCPU of a VM is busy, per cent. */
    cpuPercent: z.record(name, z.number().min(0).max(100)).default({}),
    /** Memory of a VM that is filled and left alone. */
    lockedMib: z.record(name, z.number().min(0)).default({}),
  }),
  z.strictObject({ do: z.literal('release'), campaign: name }),
  z.strictObject({
    do: z.literal('set-host'),
    host: name,
    maintenance: z.boolean().optional(),
    memoryMib: z.number().min(0).optional(),
  }),
  z.strictObject({ do: z.literal('inject'), fault }),
  z.strictObject({ do: z.literal('answer-slowly'), delayMs: durationMs }),
]);

/** One of them. */
export type Command = z.infer<typeof commandSchema>;
/** A command that starts a migration. */
export type StartCommand = Extract<Command, { do: 'start' }>;
/** Something that is to go wrong. */
export type Fault = z.infer<typeof fault>;
