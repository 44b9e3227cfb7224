import type { CounterEntity, CounterName } from '../../../counter-types';
import type { WireCounter } from '../../wire';
import type { State } from '../state/state';
import { countersOf } from './counters-of';

/** Every counter of hosts and of VMs, each once, with every instance that any of them has. */
export function catalogueOf(state: State): readonly WireCounter[] {
  const entities: readonly CounterEntity[] = [
    ...[...state.hosts.keys()].map((name) => ({ kind: 'host', name }) as const),
    ...[...state.vms.keys()].map((name) => ({ kind: 'vm', name }) as const),
  ];
  const found = new Map<
    string,
    { readonly of: CounterName; readonly instances: Set<string> } & Pick<WireCounter, 'entityKind'>
  >();
  for (const entity of entities) {
    for (const of of countersOf(state, entity) ?? []) {
      const key = `${entity.kind} ${of.counter}`;
      const known = found.get(key) ?? { entityKind: entity.kind, of, instances: new Set<string>() };
      known.instances.add(of.instance);
      found.set(key, known);
    }
  }
  return [...found.values()].map(({ entityKind, of: { counter, unit, kind }, instances }) => ({
    ...{ entityKind, counter, unit, kind },
    instances: [...instances],
  }));
}
