const FIRST = 78;
const LAST = 119;

/**
 * The /16 networks from 10.78 to 10.119 that no address of this machine is in, by their first two numbers. A lab that is
 * up has an address here, whoever's it is; of two that start at once the kernel gives the interface's name to one.
 * @throws Error if all are taken
 */
export function freeNetworks(addresses: readonly string[]): readonly [string, ...string[]] {
  const [first, ...others] = Array.from(
    { length: LAST - FIRST + 1 },
    (_, index) => `10.${String(FIRST + index)}`,
  ).filter((network) => !addresses.some((address) => address.startsWith(`${network}.`)));
  if (first === undefined)
    throw new Error(`all networks from 10.${String(FIRST)} to 10.${String(LAST)} are in use: take a lab down first`);
  return [first, ...others];
}
