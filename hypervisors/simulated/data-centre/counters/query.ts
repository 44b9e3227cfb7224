import { z } from 'zod';

const tickMs = z.int().min(0);

/** What `POST samples` takes: a SampleQuery. */
export const sampleQuerySchema = z.strictObject({
  entities: z.array(z.strictObject({ kind: z.enum(['vm', 'host']), name: z.string().min(1).max(200) })).max(20_000),
  everyMs: z.int().min(1_000),
  fromMs: tickMs,
  untilMs: tickMs,
});
