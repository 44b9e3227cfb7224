import { readFileSync } from 'node:fs';
import { z } from 'zod';

const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/);

const configSchema = z.strictObject({
  kind: z.literal('simulated'),
  name,
  /** Of all noise: the same seed and the same requests at the same times give the same figures. */
  seed: z.int().min(0),
  createdAtMs: z.number(),
  hosts: z.array(
    z.strictObject({
      name,
      cpus: z.int().min(1),
      memoryMib: z.int().min(1),
      /** Capacity for migrations, each way. */
      linkMibPerS: z.number().positive(),
    }),
  ),
  vms: z.array(z.strictObject({ name, host: name, vcpus: z.int().min(1), memoryMib: z.int().min(16) })),
});

/** What a simulated data centre is made of. */
export type DataCentreConfig = z.infer<typeof configSchema>;

/** Reads a data centre's description. @throws Error with the file's name if it cannot be used */
export function readConfig(path: string): DataCentreConfig {
  const parsed = configSchema.safeParse(JSON.parse(readFileSync(path, 'utf8')));
  if (!parsed.success) throw new Error(`${path}: ${z.prettifyError(parsed.error)}`);
  const { hosts, vms } = parsed.data;
  const lost = vms.find(({ host }) => !hosts.some((candidate) => candidate.name === host));
  if (lost !== undefined) throw new Error(`${path}: ${lost.name} is on ${lost.host}, which is not a host`);
  return parsed.data;
}
