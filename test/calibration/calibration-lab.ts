import { join } from 'node:path';
import type { BuiltAgent } from '../../agents/build';
import type { Prober } from '../../agents/create-prober';
import { createLocalProber } from '../../agents/local-prober';
import type { ProbeHarvest } from '../../agents/probe-types';
import { createSshAgents, type SshAgentRequest, type SshAgents } from '../../agents/ssh-agents';
import { closeCollection, collectRecords, emptyCollection, type ProbeTiming } from '../../measurement/collection';
import type { ProbeRecord, Silence } from '../../measurement/types';
import { createSshShell } from '../../remote/ssh-shell';
import type { RemoteShell } from '../../remote/types';
import { openTestLab, type TestLab } from '../lab/kvm/test-lab';

/** A KVM lab whose idle VMs and hosts are probed by the product from this machine. */
export class CalibrationLab {
  private constructor(
    readonly lab: TestLab,
    readonly shell: RemoteShell,
    private readonly agents: SshAgents,
    private readonly request: SshAgentRequest,
    private readonly prober: Prober,
    readonly periodMs: number,
  ) {}

  /** Brings up two hosts with a number of VMs and starts probing. */
  static async open(
    { home, program }: { readonly home: string; readonly program: () => Promise<BuiltAgent> },
    vms: number,
    periodMs: number,
  ): Promise<CalibrationLab> {
    const lab = await openTestLab(2, vms);
    const shell = createSshShell();
    const names = Object.keys(lab.config.addresses);
    const guests = Object.fromEntries(names.map((vm) => [vm, lab.guest(vm)]));
    const { hosts } = lab.config;
    const agents = createSshAgents({ shell, guests, hosts, program });
    const request = { campaignId: 'calibration', vms: names, hosts: Object.keys(hosts), load: {}, leaseS: 1_800 };
    const prober = createLocalProber({ directory: join(home, 'probers', 'calibration'), program, vantage: 'here' });
    await prober.ensure(await agents.start(request), periodMs, 1_800);
    return new CalibrationLab(lab, shell, agents, request, prober, periodMs);
  }

  /** Ends the probing. @returns every record */
  async stop(): Promise<readonly ProbeRecord[]> {
    await this.prober.stop();
    const records: ProbeRecord[] = [];
    for (let cursor: string | null = null, more = true; more;) {
      const harvest: ProbeHarvest = await this.prober.collect(cursor);
      if (harvest.gaps.length > 0) throw new Error(`the prober left gaps: ${JSON.stringify(harvest.gaps)}`);
      for (const record of harvest.records) records.push(record);
      ({ cursor, more } = harvest);
    }
    return records;
  }

  async close(): Promise<void> {
    await this.prober.remove();
    await this.agents.remove(this.request);
    await this.shell.close();
    await this.lab.down();
  }
}

/** The silences of records as a campaign would store them. */
export function silencesOf(records: readonly ProbeRecord[], timing: ProbeTiming): readonly Silence[] {
  const taken = collectRecords(emptyCollection('here'), timing, { records, gaps: [], cursor: '' });
  const closed = closeCollection(taken.state, timing, Infinity);
  return [...taken.silences, ...closed.silences].sort((a, b) => a.startMs - b.startMs);
}
