import { existsSync } from 'node:fs';
import { dataCentrePid, dataCentreUrl } from './data-centre-process';
import { isSimulatedLab, simulatedPaths } from './simulated-paths';

interface Placed {
  readonly name: string;
  readonly host: string;
}

/** True if the lab is wholly up: its process answers and its site file is there. */
export async function simulatedAlive(name: string): Promise<boolean> {
  if (!isSimulatedLab(name) || !existsSync(simulatedPaths(name).siteFile)) return false;
  return dataCentrePid(name) !== null && (await dataCentreUrl(name)) !== null;
}

/** One line a host: its name and its VMs. */
export async function simulatedStatus(name: string): Promise<string> {
  if (!isSimulatedLab(name)) return `there is no simulated lab ${name}`;
  const url = await dataCentreUrl(name);
  if (url === null) return `the simulated lab ${name} does not answer: its process is gone`;
  const response = await fetch(new URL('/inventory', url));
  const { hosts, vms } = (await response.json()) as {
    hosts: readonly { readonly name: string }[];
    vms: readonly Placed[];
  };
  return hosts
    .map((host) => {
      const here = vms.filter((vm) => vm.host === host.name).map((vm) => vm.name);
      return `${host.name} ${here.join(' ') || '(no VM)'}`;
    })
    .join('\n');
}
