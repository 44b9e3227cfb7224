/** A disturbance of known time. UTC ms; each end lies between two moments, which are one where it is known exactly. */
export interface Truth {
  readonly vm: string;
  readonly began: readonly [earliestMs: number, latestMs: number];
  readonly ended: readonly [earliestMs: number, latestMs: number];
}

/** The shortest and the longest that it can have been, ms. */
export function lengthOf({ began, ended }: Truth): readonly [leastMs: number, mostMs: number] {
  return [ended[0] - began[1], ended[1] - began[0]];
}

/** Reads `virsh qemu-monitor-event --loop`: QEMU's own stamps of STOP and RESUME. @throws Error if they do not alternate */
export function parsePauses(text: string, vm: string): readonly Truth[] {
  const events = [...text.matchAll(/^event (STOP|RESUME) at (\d+\.\d+) for domain/gm)];
  return paused(events, vm);
}

/** The switch-overs of a VM: STOP on the host it left, RESUME on the one it came to, from what each host's libvirt said. */
export function parseSwitchOvers(texts: readonly string[], vm: string): readonly Truth[] {
  const events = texts
    .flatMap((text) => [...text.matchAll(/^event (STOP|RESUME) at (\d+\.\d+) for domain '([^']+)'/gm)])
    .filter(([, , , domain]) => domain === vm)
    .sort((a, b) => Number(a[2]) - Number(b[2]));
  return paused(events, vm);
}

/** Reads lines `1|0 BEFORE AFTER` (seconds) around the changes of a rule. @throws Error if they do not alternate */
export function parseDrops(text: string, vm: string): readonly Truth[] {
  const changes = [...text.matchAll(/^([01]) (\d+\.\d+) (\d+\.\d+)$/gm)];
  const span = (change: RegExpMatchArray): readonly [number, number] => [
    Number(change[2]) * 1_000,
    Number(change[3]) * 1_000,
  ];
  return pairs(changes).map(([on, off]) => {
    if (on[1] !== '1' || off[1] !== '0') throw new Error(`1 and 0 do not alternate:\n${text}`);
    return { vm, began: span(on), ended: span(off) };
  });
}

function paused(events: readonly RegExpMatchArray[], vm: string): readonly Truth[] {
  return pairs(events).map(([stop, resume]) => {
    if (stop[1] !== 'STOP' || resume[1] !== 'RESUME') throw new Error(`STOP and RESUME do not alternate: ${stop[0]}`);
    const [beganMs, endedMs] = [Number(stop[2]) * 1_000, Number(resume[2]) * 1_000];
    return { vm, began: [beganMs, beganMs], ended: [endedMs, endedMs] };
  });
}

function pairs(all: readonly RegExpMatchArray[]): readonly (readonly [RegExpMatchArray, RegExpMatchArray])[] {
  if (all.length % 2 !== 0) throw new Error(`an odd number of changes: ${String(all.length)}`);
  return all.flatMap((one, index) => {
    const next = all[index + 1];
    return index % 2 === 1 || next === undefined ? [] : [[one, next] as const];
  });
}
