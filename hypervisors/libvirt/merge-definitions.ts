import type { Vm } from '../types';
import type { Definition } from './parse-inventory';
import { whereItRuns } from './parse-states';

/**
 * The VMs of a site: a VM that shows on two hosts (during a migration, or after it by its old definition) is reported
 * once, where it runs.
 */
export function mergeDefinitions(definitions: readonly Definition[]): readonly Vm[] {
  const byUuid = new Map<string, Definition[]>();
  for (const definition of definitions) {
    byUuid.set(definition.uuid, [...(byUuid.get(definition.uuid) ?? []), definition]);
  }
  return [...byUuid.values()]
    .flatMap((seen) => whereItRuns(seen) ?? [])
    .map(asVm)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function asVm({ leftover: _leftover, moving: _moving, ...vm }: Definition): Vm {
  return vm;
}
