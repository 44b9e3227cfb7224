import type { Placement } from './plan';

/** VMs outside one host, with where they are: the first of each host, then the second of each, and so on. */
export function takeTurns(
  placement: Placement,
  but: string,
): readonly { readonly vm: string; readonly home: string }[] {
  const homes = Object.entries(placement).filter(([host]) => host !== but);
  const rounds = homes.reduce((most, [, vms]) => Math.max(most, vms.length), 0);
  return Array.from({ length: rounds }, (_, round) =>
    homes.flatMap(([home, vms]) => {
      const vm = vms[round];
      return vm === undefined ? [] : [{ vm, home }];
    }),
  ).flat();
}
