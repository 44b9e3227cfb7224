import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { systemClock } from '../activities/clock';
import type { Dependencies, SiteConnection } from '../activities/dependencies';
import { buildAgent, type BuiltAgent } from '../agents/build';
import type { Prober } from '../agents/create-prober';
import { createLocalProber } from '../agents/local-prober';
import type { Site } from '../campaign/spec/site-file';
import { HypervisorError } from '../hypervisors/types';
import { createSshShell } from '../remote/ssh-shell';
import { createResultStore } from '../store/result-store';
import { safeName } from '../store/result-directory';
import { machineFacts } from './machine-facts';
import { openSite } from './open-site';
import { version } from './version';
import { writeReportInThread } from './write-report-in-thread';

/** What a worker is made from. */
export interface WorkerSettings {
  /** Folder of everything drover keeps on this machine. */
  readonly home: string;
  readonly sites: Readonly<Record<string, Site>>;
  readonly workflows: Dependencies['workflows'];
  /** Told of everything that someone who runs a worker should know. */
  readonly onProblem: (problem: string) => void;
}

/** The real dependencies of a worker, and how to let go of them. */
export type OpenDependencies = Dependencies & { close(): Promise<void> };

/** Makes real drivers, agents and stores; nothing is connected before it is used. */
export function createDependencies({ home, sites, workflows, onProblem }: WorkerSettings): OpenDependencies {
  const shell = createSshShell();
  const program = once(() => buildAgent(home));
  const connections = new Map<string, Promise<SiteConnection>>();
  const probers = join(home, 'probers');
  const ownProbers = new Map<string, Prober>();
  const root = resolve(process.env['DROVER_RESULTS'] ?? 'drover-results');

  const connect = (name: string): Promise<SiteConnection> => {
    const known = connections.get(name);
    if (known !== undefined) return known;
    const opened = open(name);
    connections.set(name, opened);
    opened.catch(() => connections.delete(name));
    return opened;
  };
  const open = async (name: string): Promise<SiteConnection> => {
    const site = Object.hasOwn(sites, name) ? sites[name] : undefined;
    if (site === undefined) throw unknownSite(name, Object.keys(sites));
    return openSite(name, site, { shell, program, probers, onProblem });
  };

  return {
    clock: systemClock,
    sites: { names: () => Object.keys(sites), connect },
    store: createResultStore({ root, onProblem }),
    prober: (campaignId) => {
      const name = safeName(campaignId);
      const prober = ownProbers.get(name) ?? proberOf(join(probers, name), program);
      ownProbers.set(name, prober);
      return prober;
    },
    writeReport: writeReportInThread,
    workflows,
    machine: machineFacts(),
    version: version(),
    close: async () => {
      const opened = await Promise.allSettled(connections.values());
      for (const result of opened) if (result.status === 'fulfilled') await result.value.hypervisor.close();
      await shell.close();
    },
  };
}

function proberOf(directory: string, program: () => Promise<BuiltAgent>): Prober {
  return createLocalProber({ directory, program, vantage: hostname() });
}

function unknownSite(name: string, known: readonly string[]): HypervisorError {
  const hint = `The site file of this worker has ${known.join(', ') || 'no site'}.`;
  return new HypervisorError('not-found', `There is no site ${name}.`, false, hint);
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    // A failure may be mended while the worker runs: the next call tries again.
    made.catch(() => (made = undefined));
    return made;
  };
}
