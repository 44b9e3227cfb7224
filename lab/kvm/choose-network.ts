const FIRST = 78;
const LAST = 119;

/** The first /16 from 10.78 to 10.119 that no address of this machine and no other lab is in. @throws Error if all are taken */
export function chooseNetwork(addresses: readonly string[], labs: readonly string[]): string {
  for (let second = FIRST; second <= LAST; second += 1) {
    const network = `10.${String(second)}`;
    if (!labs.includes(network) && !addresses.some((address) => address.startsWith(`${network}.`))) return network;
  }
  throw new Error(`all networks from 10.${String(FIRST)} to 10.${String(LAST)} are in use: take a lab down first`);
}
