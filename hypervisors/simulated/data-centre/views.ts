import type { WireHost, WireInventory, WireMigration, WireVm } from '../wire';
import type { DataCentre } from './data-centre';
import { dirtyBytesPerMs, loadsOf } from './model/dirty-memory';
import { flowOf, passed } from './model/flow';
import type { MigrationState, VmState } from './state/state';

/** UDP ports by `host NAME` or `vm NAME`. */
export type Ports = Readonly<Record<string, number>>;

/** Hosts and VMs as they are now. */
export function inventoryView(dataCentre: DataCentre, ports: Ports): WireInventory {
  const { name, hosts, vms } = dataCentre.look();
  return {
    name,
    nowMs: dataCentre.nowMs(),
    hosts: [...hosts.values()].map((host): WireHost => ({ ...host, port: ports[`host ${host.name}`] ?? 0 })),
    vms: [...vms.values()].map((vm) => vmView(vm, ports)),
  };
}

/** One VM as it is now. */
export function vmView({ name, uuid, host, vcpus, memoryMib, moves }: VmState, ports: Ports): WireVm {
  return { name, uuid, host, power: 'running', vcpus, memoryMib, moves, port: ports[`vm ${name}`] ?? 0 };
}

/** One migration as it is now, its progress worked out to this moment. */
export function migrationView(dataCentre: DataCentre, migration: MigrationState): WireMigration {
  const state = dataCentre.look();
  const nowMs = dataCentre.nowMs();
  const pace = flowOf(state).get(migration);
  const { restBytes, dirtiedBytes, transferredBytes } =
    pace === undefined ? migration : passed(state, migration, pace, nowMs);
  const { id, origin, vm, from, to, phase, startedAtMs, iteration, throttle, end } = migration;
  return {
    id,
    origin,
    vm,
    from,
    to,
    phase,
    startedAtMs,
    elapsedMs: (end?.atMs ?? nowMs) - startedAtMs,
    transferredBytes: Math.round(transferredBytes),
    remainingBytes: Math.round(restBytes + dirtiedBytes),
    iteration,
    dirtyBytesPerS: Math.round(dirtyBytesPerMs(loadsOf(state, vm, nowMs)) * (1 - throttle) * 1_000),
    end,
  };
}
