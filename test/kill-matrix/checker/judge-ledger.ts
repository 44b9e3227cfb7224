import type { JournalFault } from './journal-fault';
import { isDown, whereabouts, type World } from './moves-of-log';
import type { Stored } from './read-store';

/** How long it takes until counters are there again: a recorder is started again with the next collection at the latest. */
const RECOVERY_MS = { recorder: 10_000, libvirtd: 30_000, host: 120_000 } as const;
/** From a change of a VM to the log's word of it. */
const REPORTED_MS = 4_000;

/** What drover says of a gap when nothing that it has collected tells why. A busy machine has gaps too, and their reasons say so. */
const KNOWS_NO_BETTER = /has no reading of this tick|no host showed the VM as running/;

/** Ticks that the ledger leaves out, says twice, or explains by nothing that happened. */
export function unaccountedTicks({ ledger, entities, rows }: Stored, everyMs: number, world: World): string[] {
  if (ledger.length === 0) return ['there is no ledger'];
  const ticks = new Set(ledger.map(({ tick }) => tick));
  const sorted = [...ticks].sort((a, b) => a - b);
  const steps = [...new Set(sorted.slice(1).map((tick, index) => tick - (sorted[index] ?? 0)))];
  const found = steps.some((step) => step !== everyMs) ? [`the grid has steps of ${steps.join(', ')} ms`] : [];
  const [first = 0, last = 0] = [sorted[0], sorted.at(-1)];
  const begins = Math.min(...rows.flatMap(({ kind, requested }) => (kind === 'migrate' ? (requested ?? []) : [])));
  const ends = Math.max(...world.moved.flatMap(({ succeeded, untilMs }) => (succeeded ? untilMs : [])));
  if (first > begins) found.push(`the grid begins ${String(first - begins)} ms after the first migration`);
  if (last < ends - everyMs) found.push(`the grid ends ${String(ends - last)} ms before the last migration`);
  for (const entity of entities) {
    const own = ledger.filter((entry) => entry.entity === entity);
    const once = new Set(own.map(({ tick }) => tick));
    if (once.size !== ticks.size || own.length !== ticks.size)
      found.push(`${entity}: ${String(own.length)} entries of ${String(ticks.size)} ticks`);
    const gaps = own.filter(({ state }) => state === 'gap');
    const silent = gaps.filter(({ reason }) => (reason ?? '') === '');
    if (silent.length > 0) found.push(`${entity}: ${String(silent.length)} gaps without a reason`);
    const hollow = own.filter(({ state, samples }) => (state === 'gap') !== (samples === 0));
    if (hollow.length > 0)
      found.push(`${entity}: ${String(hollow.length)} entries disagree with the samples that are stored`);
    const [causeless] = gaps.filter(
      ({ tick, reason }) => KNOWS_NO_BETTER.test(reason ?? '') && !isExplained(entity, tick, world),
    );
    if (causeless !== undefined)
      found.push(
        `${entity}: a gap that no fault explains, ${new Date(causeless.tick).toISOString()}: ${causeless.reason ?? ''}`,
      );
  }
  return found;
}

/** A host's counters need its recorder; a VM's need the VM, and the recorder and libvirt of the host on which the log has it. */
function isExplained(entity: string, tick: number, world: World): boolean {
  const { events, moved, faults } = world;
  const isVm = events.some(({ vm }) => vm === entity);
  if (isVm && isDown(entity, tick, world)) return true;
  const moving = moved.find(
    ({ vm, fromMs, untilMs }) => vm === entity && tick > fromMs - REPORTED_MS && tick < untilMs + REPORTED_MS,
  );
  const hosts = isVm ? [whereabouts(entity, tick, world), moving?.from, moving?.to] : [entity];
  return faults.some(({ victim, deed, target, fromMs, untilMs }) => {
    if (victim === 'qemu') return target === entity && tick >= fromMs && tick <= untilMs + RECOVERY_MS.libvirtd;
    if (!(victim in RECOVERY_MS) || !hosts.includes(target ?? undefined)) return false;
    const afterwards = RECOVERY_MS[victim as keyof typeof RECOVERY_MS];
    // What a recorder had not handed over yet goes with its host.
    const before = victim === 'host' && deed === 'SIGKILL' ? afterwards : 0;
    return tick >= fromMs - before && tick <= untilMs + afterwards;
  });
}

/** Values of a host at a tick at which nothing there could read them. */
export function madeUpValues({ ledger }: Stored, everyMs: number, faults: readonly JournalFault[]): string[] {
  return faults.flatMap(({ victim, deed, target, fromMs, untilMs }) => {
    if (deed !== 'SIGSTOP' || !['recorder', 'host'].includes(victim)) return [];
    const values = ledger.filter(
      ({ entity, state, tick }) =>
        entity === target && state !== 'gap' && tick > fromMs + everyMs && tick < untilMs - everyMs,
    );
    return values.length === 0
      ? []
      : [`${target ?? ''}: ${String(values.length)} values of a time when its ${victim} was frozen`];
  });
}
