import { arch, cpus, platform, release, totalmem } from 'node:os';

/** What a reader of the results must know of the machine that ran worker and prober. */
export function machineFacts(): Record<string, string | number> {
  const processors = cpus();
  return {
    cpu: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    memoryBytes: totalmem(),
    kernel: `${platform()} ${release()} ${arch()}`,
    node: process.version,
  };
}
