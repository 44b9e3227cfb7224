import type { GuestLoad } from './agent-machine';

/** A load as its agent takes it. */
export interface WantedLoad {
  readonly name: keyof GuestLoad;
  /** `KEY=VALUE` lines. */
  readonly settings: readonly string[];
  /** Memory that it fills before it is ready. */
  readonly mib: number;
}

/** What messages call each load, and what to change in the spec if it cannot run. */
export const LOADS = {
  cpu: { spoken: 'CPU load', remedy: (vm: string) => `Look at load.${vm}.cpu in the spec.` },
  lock: { spoken: 'locked memory', remedy: (vm: string) => lower(`load.${vm}.lock.mib`) },
  dirty: { spoken: 'memory load', remedy: (vm: string) => lower(`load.${vm}.dirty.workingSetMib`) },
} as const;

/** The names of all loads. */
export const LOAD_NAMES = Object.keys(LOADS) as readonly (keyof GuestLoad)[];

/** The loads that are to run, in the order in which they start: what fills memory comes last, when nothing else needs it. */
export function wantedLoads({ cpu = null, lock = null, dirty = null }: GuestLoad): readonly WantedLoad[] {
  const wanted: WantedLoad[] = [];
  if (cpu !== null) wanted.push({ name: 'cpu', settings: [`percent=${decimal(cpu.percent)}`], mib: 0 });
  if (lock !== null) wanted.push({ name: 'lock', settings: [`mib=${String(lock.mib)}`], mib: lock.mib });
  if (dirty !== null) {
    const { workingSetMib: mib, mibPerS, pattern } = dirty;
    const settings = [`working_set_mib=${String(mib)}`, `mib_per_s=${decimal(mibPerS)}`, `pattern=${pattern}`];
    wanted.push({ name: 'dirty', settings, mib });
  }
  return wanted;
}

const lower = (setting: string): string => `Lower ${setting} in the spec, or give the VM more memory.`;

// The agent reads at most 31 characters, and no exponent is needed for what a spec allows.
function decimal(value: number): string {
  return value.toFixed(6).replace(/\.?0+$/, '');
}
