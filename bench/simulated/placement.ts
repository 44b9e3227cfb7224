/** Where a new simulated site has its VMs: g1, g2, ... dealt to h1, h2, ... in turn. */
export function placementOf(hosts: number, vms: number): Readonly<Record<string, readonly string[]>> {
  const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);
  return Object.fromEntries(
    numbers(hosts).map((host) => [
      `h${String(host + 1)}`,
      numbers(vms).flatMap((vm) => (vm % hosts === host ? [`g${String(vm + 1)}`] : [])),
    ]),
  );
}
