import type { DataCentreConfig } from '../../../../hypervisors/simulated/data-centre/config';
import { settle, settleExactly } from '../../../../hypervisors/simulated/data-centre/model/settle';
import { apply } from '../../../../hypervisors/simulated/data-centre/state/apply';
import { commandSchema } from '../../../../hypervisors/simulated/data-centre/state/commands';
import { refuse } from '../../../../hypervisors/simulated/data-centre/state/refuse';
import {
  initialState,
  type MigrationState,
  type State,
} from '../../../../hypervisors/simulated/data-centre/state/state';
import type { WireEnd } from '../../../../hypervisors/simulated/wire';

/** Three hosts with links of 100 MiB/s, VMs g1 to g4 of 256 MiB: g1 and g4 on h1, g2 on h2, g3 on h3. */
export const SMALL: DataCentreConfig = {
  kind: 'simulated',
  name: 'small',
  seed: 7,
  createdAtMs: 1_000_000,
  hosts: ['h1', 'h2', 'h3'].map((name) => ({ name, cpus: 4, memoryMib: 2_048, linkMibPerS: 100 })),
  vms: ['g1', 'g2', 'g3', 'g4'].map((name, index) => ({
    name,
    host: `h${String((index % 3) + 1)}`,
    vcpus: 1,
    memoryMib: 256,
  })),
};

/** A data centre without process, clock or disk: time passes as the test says, milliseconds since it was made. */
export class SmallDataCentre {
  readonly state: State;

  constructor(config: DataCentreConfig = SMALL) {
    this.state = initialState(config);
  }

  /** Does a command at a time. @throws Refusal */
  at(ms: number, command: object): void {
    const parsed = commandSchema.parse(command);
    settle(this.state, SMALL.createdAtMs + ms);
    refuse(this.state, parsed);
    settleExactly(this.state, SMALL.createdAtMs + ms);
    apply(this.state, parsed);
  }

  start(ms: number, id: string, vm: string, from: string, to: string, options: object = {}): void {
    this.at(ms, { do: 'start', id, vm, from, to, options });
  }

  load(vm: string, mibPerS: number, workingSetMib = 64, leaseMs = 86_400_000): void {
    const loads = { [vm]: { workingSetMib, mibPerS, pattern: 'sequential' } };
    this.at(0, { do: 'lease', campaign: `load of ${vm}`, leaseMs, loads });
  }

  /** The state as somebody sees who looks at a time. */
  look(ms: number): State {
    settle(this.state, SMALL.createdAtMs + ms);
    return this.state;
  }

  migration(ms: number, id: string): MigrationState {
    const found = this.look(ms).migrations.get(id);
    if (found === undefined) throw new Error(`no migration ${id}`);
    return found;
  }

  /** How a migration ended by then. */
  endOf(ms: number, id: string): WireEnd & { readonly tookMs: number } {
    const { end, startedAtMs } = this.migration(ms, id);
    if (end === null) throw new Error(`${id} still runs`);
    return { ...end, tookMs: end.atMs - startedAtMs };
  }

  hostOf(ms: number, vm: string): string | undefined {
    return this.look(ms).vms.get(vm)?.host;
  }
}
