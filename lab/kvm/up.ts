import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { dirname } from 'node:path';
import { labDown } from './down';
import { freeNetworks } from './free-networks';
import { guestAnswers } from './guest-answers';
import { labPaths, type LabDescription, type Suite } from './lab-paths';
import { qemuRefusal } from './qemu-version';
import { kvmLabRequirements } from './requirements';
import { LabError, runLabScript } from './run-lab-script';
import { labSiteFile, vmAddress } from './site-file';
import { findStarter, writeStarter } from './starter';
import { labAlive } from './status';

/** What a new lab is to be. */
export interface LabUpOptions {
  readonly name: string;
  readonly hosts: number;
  readonly vms: number;
  readonly memoryMib?: number;
  readonly suite?: Suite;
  /** Hardware virtualisation instead of emulation. */
  readonly kvm?: boolean;
  /** Aborting takes down what is there by then. */
  readonly signal?: AbortSignal;
  readonly log: (line: string) => void;
}

const DEFAULT_MEMORY_MIB = 256;
const GUESTS_WITHIN_MS = 180_000;

/**
 * Brings a lab up: hosts, guests, its site file. What a crashed lab of the same name left is cleared first.
 * @throws LabError after taking down what was there by then; the signal's reason if it aborted
 */
export async function labUp(options: LabUpOptions): Promise<LabDescription> {
  const { name, suite = 'bookworm', kvm = false, log } = options;
  const lacking = [
    ...kvmLabRequirements(),
    ...(kvm && !existsSync('/dev/kvm') ? ['no /dev/kvm: leave --kvm out'] : []),
  ];
  if (lacking.length > 0) throw new LabError(`this machine cannot run the KVM lab:\n  ${lacking.join('\n  ')}`);
  const paths = labPaths(name, suite);
  await takeName(name, paths.directory, paths.starter);
  const signal = options.signal ?? new AbortController().signal;
  const began = performance.now();
  try {
    const lab = await build({ ...options, suite, kvm }, signal);
    writeFileSync(paths.siteFile, labSiteFile(lab), { mode: 0o600 });
    rmSync(paths.starter);
    log(`Lab "${name}" is up after ${((performance.now() - began) / 1_000).toFixed(1)} s`);
    return lab;
  } catch (error) {
    await labDown(name);
    signal.throwIfAborted();
    throw error;
  }
}

/** Creating the folder decides which of two that start at once goes on. */
async function takeName(name: string, directory: string, starter: string): Promise<void> {
  mkdirSync(dirname(directory), { recursive: true, mode: 0o700 });
  if (existsSync(directory)) {
    if (await labAlive(name)) throw new LabError(`lab ${name} is up already: "drover lab down --name ${name}" ends it`);
    const pid = findStarter(starter);
    if (pid !== null) throw new LabError(`lab ${name} is being brought up by process ${String(pid)}`);
  }
  await labDown(name);
  try {
    mkdirSync(directory, { mode: 0o700 });
  } catch (error) {
    throw new LabError(`lab ${name} is being brought up by another process`, { cause: error });
  }
  writeStarter(starter);
}

async function build(
  { name, hosts, vms, memoryMib = DEFAULT_MEMORY_MIB, suite = 'bookworm', kvm = false, log }: LabUpOptions,
  signal: AbortSignal,
): Promise<LabDescription> {
  const { description, root } = labPaths(name, suite);
  if (!existsSync(root))
    log(
      `Fetching the packages of ${suite} that lab hosts run from: about 75 MB, kept in ${root}, nothing is installed`,
    );
  const addresses = Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map(({ address }) => address));
  const opened = await runLabScript({ name, suite, kvm }, ['open', ...freeNetworks(addresses)], signal);
  const said = (word: string): string => new RegExp(`^${word} (.*)$`, 'm').exec(opened)?.[1] ?? '';
  const qemu = said('qemu');
  const refusal = qemuRefusal(qemu);
  if (refusal !== null) throw new LabError(refusal);
  const lab = { name, hosts, vms, memoryMib, suite, kvm, network: said('network') };
  writeFileSync(description, JSON.stringify(lab));
  log(
    `Lab "${name}": ${String(hosts)} libvirt hosts, ${String(vms)} VMs of ${String(memoryMib)} MiB (QEMU ${qemu}, ${kvm ? 'KVM' : 'emulated: shapes only'}), network ${lab.network}.0.0/16`,
  );
  await runLabScript(lab, ['up'], signal);
  await Promise.all(
    Array.from({ length: vms }, (_, index) =>
      guestAnswers(vmAddress(lab.network, index + 1), GUESTS_WITHIN_MS, signal),
    ),
  );
  return lab;
}
