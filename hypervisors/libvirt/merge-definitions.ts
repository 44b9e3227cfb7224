import type { Vm } from '../types';
import type { Definition } from './parse-inventory';

/**
 * The VMs of a site: a VM that shows on two hosts (during a migration, or after it by its old definition) is reported
 * once, where it runs.
 */
export function mergeDefinitions(definitions: readonly Definition[]): readonly Vm[] {
  const byUuid = new Map<string, Definition>();
  for (const definition of definitions) {
    const other = byUuid.get(definition.uuid);
    if (!definition.leftover && (other === undefined || rank(definition) < rank(other)))
      byUuid.set(definition.uuid, definition);
  }
  return [...byUuid.values()].map(asVm).sort((a, b) => (a.name < b.name ? -1 : 1));
}

// The incoming side of a migration is paused and must never hide the side that still runs.
function rank({ power, moving }: Definition): number {
  if (power === 'running') return moving ? 2 : 0;
  return power === 'paused' ? 1 : 3;
}

function asVm({ leftover: _leftover, moving: _moving, ...vm }: Definition): Vm {
  return vm;
}
