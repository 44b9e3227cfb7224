import { join } from 'node:path';
import type { Vantages } from '../activities/dependencies';
import type { BuiltAgent } from '../agents/build';
import { checkAccess } from '../agents/check-access';
import type { Prober } from '../agents/create-prober';
import { createSshProber } from '../agents/ssh-prober';
import type { RemoteShell, SshTarget } from '../remote/types';
import { safeName } from '../store/result-directory';

/** What vantages are reached and run with. */
export interface VantageTools {
  readonly shell: RemoteShell;
  readonly program: () => Promise<BuiltAgent>;
  /** Folder of all probers' books on this machine. */
  readonly probers: string;
}

/** The further vantages of a site, reached over SSH; nothing is connected before it is used. */
export function createVantages(
  targets: Readonly<Record<string, SshTarget>>,
  { shell, program, probers }: VantageTools,
): Vantages {
  const prober = (campaignId: string, vantage: string, target: SshTarget): Prober =>
    createSshProber({
      directory: join(probers, safeName(`${campaignId} from ${vantage}`)),
      ...{ program, vantage, campaignId, shell, target },
    });
  return {
    names: Object.keys(targets),
    checkAccess: () =>
      checkAccess(
        shell,
        Object.entries(targets).map(([name, target]) => ({ kind: 'vantage', name, target })),
      ),
    prober: (campaignId, vantage) => {
      const target = targets[vantage];
      if (target === undefined) throw new Error(`vantage ${vantage} is not in the site file of this worker`);
      return prober(campaignId, vantage, target);
    },
  };
}
