import { HypervisorError } from '../types';

/** Waits for what is asked of every host. @throws HypervisorError the one failure, or one that names every host that failed and why */
export async function allHosts<T>(asked: readonly Promise<T>[]): Promise<T[]> {
  const settled = await Promise.allSettled(asked);
  const failures = settled.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []));
  if (failures.length > 0) throw joined(failures);
  return settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
}

/** Asks every host, and goes on without those that cannot be asked. @returns what the others said, and the names of those */
export async function answeringHosts<T>(
  hosts: readonly string[],
  ask: (host: string) => Promise<T>,
): Promise<{ readonly answers: readonly T[]; readonly unasked: readonly string[] }> {
  const unasked: string[] = [];
  const answers = await Promise.all(
    hosts.map(async (host) => {
      try {
        return [await ask(host)];
      } catch (error) {
        if (!(error instanceof HypervisorError)) throw error;
        unasked.push(host);
        return [];
      }
    }),
  );
  return { answers: answers.flat(), unasked };
}

function joined(failures: readonly unknown[]): unknown {
  const known = failures.filter((failure) => failure instanceof HypervisorError);
  const [first] = known;
  // Anything else is a fault of ours and not to be hidden.
  if (first === undefined || known.length < failures.length)
    return failures.find((failure) => !(failure instanceof HypervisorError)) ?? first;
  if (known.length === 1) return first;
  // One that no repetition mends decides what the user is told to do.
  const lasting = known.find(({ retryable }) => !retryable) ?? first;
  const hints = [...new Set(known.map(({ hint }) => hint))];
  return new HypervisorError(
    lasting.code,
    known.map(({ message }) => message).join(' '),
    known.every(({ retryable }) => retryable),
    hints.join(' '),
    { cause: lasting },
  );
}
