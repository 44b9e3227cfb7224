import { join, resolve } from 'node:path';
import { listOtherLabs } from '../kvm/lab-paths';

/** Where a simulated lab is kept; all of it is gone when the lab is down. */
export interface SimulatedPaths {
  readonly directory: string;
  /** What the data centre is made of. */
  readonly description: string;
  readonly ports: string;
  readonly siteFile: string;
  /** One line for each migration that really started. */
  readonly startLog: string;
}

/** Paths of a simulated lab. */
export function simulatedPaths(name: string): SimulatedPaths {
  const directory = join(resolve(process.env['DROVER_HOME'] ?? '.drover'), 'labs', name);
  return {
    directory,
    description: join(directory, 'simulated.json'),
    ports: join(directory, 'ports.json'),
    siteFile: join(directory, 'site.yaml'),
    startLog: join(directory, 'migrations.log'),
  };
}

/** True if there is a simulated lab of this name: up, crashed, or killed while it came up or went down. */
export function isSimulatedLab(name: string): boolean {
  return listOtherLabs().includes(name);
}
