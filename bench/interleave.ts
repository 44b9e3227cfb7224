/**
 * Runs contenders in turn, `rounds` times, each second round in reverse order (A B, B A, ...), so that a slow drift of the
 * machine meets all alike.
 * @returns the results of each contender, by round
 */
export async function interleave<T, Name extends string>(
  rounds: number,
  contenders: Readonly<Record<Name, (round: number) => Promise<T>>>,
): Promise<Readonly<Record<Name, readonly T[]>>> {
  const names = Object.keys(contenders) as Name[];
  const results = Object.fromEntries(names.map((name) => [name, [] as T[]])) as Record<Name, T[]>;
  for (let round = 0; round < rounds; round += 1) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) results[name].push(await contenders[name](round));
  }
  return results;
}
