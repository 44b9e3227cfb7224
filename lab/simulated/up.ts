import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { stringify } from 'yaml';
import { listLabs } from '../kvm/lab-paths';
import { startDataCentre } from './data-centre-process';
import { simulatedDown } from './down';
import { simulatedPaths } from './simulated-paths';
import { simulatedAlive } from './status';

/** What a new simulated lab is to be. */
export interface SimulatedUpOptions {
  readonly name: string;
  readonly hosts: number;
  readonly vms: number;
  readonly memoryMib?: number;
  /** Capacity of each host's link for migrations, each way. */
  readonly linkMibPerS?: number;
  /** Of the noise in its figures. */
  readonly seed?: number;
  readonly log: (line: string) => void;
}

/** A simulated lab that is up. */
export interface SimulatedLab {
  readonly name: string;
  readonly url: string;
}

const DEFAULT_MEMORY_MIB = 256;
/** Gigabit Ethernet. */
const DEFAULT_LINK_MIB_PER_S = 112;
const HOST_CPUS = 16;
const HOST_OWN_MIB = 1_024;

/** Brings a simulated lab up: its process and its site file. What a crashed one of the same name left is cleared first. @throws Error */
export async function simulatedUp(options: SimulatedUpOptions): Promise<SimulatedLab> {
  const { name, hosts, vms, log } = options;
  const end = `"drover lab down --name ${name}" ends it`;
  if (listLabs().includes(name)) throw new Error(`there is a KVM lab ${name}: ${end}`);
  if (await simulatedAlive(name)) throw new Error(`lab ${name} is up already: ${end}`);
  await simulatedDown(name);
  const { directory, description, siteFile } = simulatedPaths(name);
  mkdirSync(dirname(directory), { recursive: true, mode: 0o700 });
  // Fails if another process takes the name at the same time.
  mkdirSync(directory, { mode: 0o700 });
  writeFileSync(description, JSON.stringify(describe(options)), { mode: 0o600 });
  try {
    const url = await startDataCentre(name);
    writeFileSync(siteFile, stringify({ sites: { [name]: { kind: 'simulated', url } } }), { mode: 0o600 });
    log(`Lab "${name}" is up: ${String(hosts)} simulated hosts, ${String(vms)} VMs, ${url}`);
    return { name, url };
  } catch (error) {
    await simulatedDown(name);
    throw error;
  }
}

/** Hosts h1, h2, ... with room for every VM, and VMs g1, g2, ... dealt to them in turn. */
function describe({
  name,
  hosts,
  vms,
  memoryMib = DEFAULT_MEMORY_MIB,
  linkMibPerS = DEFAULT_LINK_MIB_PER_S,
  seed = 1,
}: SimulatedUpOptions): object {
  const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index + 1);
  return {
    kind: 'simulated',
    name,
    seed,
    createdAtMs: Date.now(),
    hosts: numbers(hosts).map((n) => ({
      name: `h${String(n)}`,
      cpus: HOST_CPUS,
      memoryMib: HOST_OWN_MIB + vms * memoryMib,
      linkMibPerS,
    })),
    vms: numbers(vms).map((n) => ({
      name: `g${String(n)}`,
      host: `h${String(((n - 1) % hosts) + 1)}`,
      vcpus: 1,
      memoryMib,
    })),
  };
}
