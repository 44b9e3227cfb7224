import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { chooseNetwork } from './choose-network';
import { labDown } from './down';
import { labPaths, listLabs, readLab, type LabDescription, type Suite } from './lab-paths';
import { kvmLabRequirements } from './requirements';
import { LabError, runLabScript } from './run-lab-script';
import { labSiteFile, vmAddress } from './site-file';
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
  readonly log: (line: string) => void;
}

const DEFAULT_MEMORY_MIB = 256;
const GUESTS_WITHIN_MS = 180_000;

/** Brings a lab up: hosts, guests, its site file. What a crashed lab of the same name left is cleared first. @throws LabError */
export async function labUp({
  name,
  hosts,
  vms,
  memoryMib = DEFAULT_MEMORY_MIB,
  suite = 'bookworm',
  kvm = false,
  log,
}: LabUpOptions): Promise<LabDescription> {
  const lacking = kvmLabRequirements();
  if (lacking.length > 0) throw new LabError(`this machine cannot run the KVM lab:\n${lacking.join('\n')}`);
  if (await labAlive(name)) throw new LabError(`lab ${name} is up already: "drover lab down --name ${name}" ends it`);
  if (readLab(name) !== null) await labDown(name);
  const addresses = Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map(({ address }) => address));
  const network = chooseNetwork(
    addresses,
    listLabs().map((lab) => lab.network),
  );
  const lab = { name, hosts, vms, memoryMib, suite, kvm, network };
  const paths = labPaths(name, suite);
  mkdirSync(paths.directory, { recursive: true, mode: 0o700 });
  writeFileSync(paths.description, JSON.stringify(lab));
  const began = Date.now();
  log(
    `Lab "${name}": ${String(hosts)} libvirt hosts, ${String(vms)} VMs of ${String(memoryMib)} MiB (${kvm ? 'KVM' : 'QEMU without hardware virtualisation'}), network ${network}.0.0/16`,
  );
  try {
    await runLabScript(lab, 'up', String(hosts), String(vms));
    await Promise.all(
      Array.from({ length: vms }, (_, index) => answers(vmAddress(network, index + 1), began + GUESTS_WITHIN_MS)),
    );
  } catch (error) {
    await labDown(name);
    throw error;
  }
  writeFileSync(paths.siteFile, labSiteFile(lab), { mode: 0o600 });
  log(`Lab "${name}" is up after ${((Date.now() - began) / 1_000).toFixed(1)} s`);
  return lab;
}

/** Waits until a guest's SSH server speaks. */
async function answers(address: string, untilMs: number): Promise<void> {
  while (!(await greets(address))) {
    if (Date.now() > untilMs)
      throw new LabError(`guest ${address} did not start; its console is in the lab's h*/var/log/libvirt/qemu`);
    await sleep(200);
  }
}

function greets(host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port: 22, timeout: 1_000 });
    const end = (spoke: boolean) => () => {
      socket.destroy();
      resolve(spoke);
    };
    socket.once('data', end(true)).once('error', end(false)).once('timeout', end(false)).once('close', end(false));
  });
}
