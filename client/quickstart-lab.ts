import { kvmLabRequirements } from '../lab/kvm/requirements';
import { labAlive } from '../lab/kvm/status';
import { labDown } from '../lab/kvm/down';
import { labUp } from '../lab/kvm/up';
import { simulatedAlive } from '../lab/simulated/status';
import { simulatedDown } from '../lab/simulated/down';
import { simulatedUp } from '../lab/simulated/up';

/** Name of the quickstart's lab and of its site. */
export const LAB = 'quickstart';
const SIZE = { name: LAB, hosts: 3, vms: 4 };

/** Which lab this machine can run. */
export type LabKind = 'kvm' | 'simulated';

/** The embedded site of the quickstart. */
export interface QuickstartLab {
  readonly kind: LabKind;
  alive(): Promise<boolean>;
  up(log: (line: string) => void, interrupted: AbortSignal): Promise<void>;
  down(): Promise<void>;
}

/** Chooses real libvirt hosts where this machine can run them, else the simulated site; says why. */
export function chooseLab(log: (line: string) => void): QuickstartLab {
  const lacking = kvmLabRequirements();
  if (lacking.length === 0) return openLab('kvm');
  log('This machine cannot run the KVM lab, so the site is simulated and its figures show shapes only:');
  for (const line of lacking) log(`  - ${line}`);
  return openLab('simulated');
}

/** The lab of a kind, up or not. */
export function openLab(kind: LabKind): QuickstartLab {
  return kind === 'kvm'
    ? {
        kind,
        alive: () => labAlive(LAB),
        up: (log, signal) => labUp({ ...SIZE, log, signal }).then(() => undefined),
        down: () => labDown(LAB),
      }
    : {
        kind,
        alive: () => simulatedAlive(LAB),
        up: (log) => simulatedUp({ ...SIZE, log }).then(() => undefined),
        down: () => simulatedDown(LAB),
      };
}
