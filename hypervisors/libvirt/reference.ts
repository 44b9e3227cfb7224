import type { Baseline, MigrationHandle } from '../types';
import { HypervisorError } from '../types';
import type { DomainIds } from './judge-evidence';

/** What a handle carries for a later process. */
export interface Reference {
  readonly uuid: string;
  readonly sourceLogBytes: number;
  readonly targetLogBytes: number;
  /** Source host's clock minus ours when the handle was made; the same for both ends of every duration. */
  readonly clockOffsetMs: number;
}

type Evidence = Baseline['evidence'];

/** The handle's reference, checked. @throws HypervisorError protocol if another driver made it */
export function readReference(reference: MigrationHandle['reference']): Reference {
  const number = (name: string): number => (typeof reference[name] === 'number' ? reference[name] : 0);
  return {
    uuid: text(reference, 'uuid'),
    sourceLogBytes: number('sourceLogBytes'),
    targetLogBytes: number('targetLogBytes'),
    clockOffsetMs: number('clockOffsetMs'),
  };
}

/** The reference for a migration that starts from this baseline. */
export function makeReference(baseline: Baseline, clockOffsetMs?: number): MigrationHandle['reference'] {
  const { uuid, sourceLogBytes, targetLogBytes, sourceClockOffsetMs } = baseline.evidence;
  return {
    uuid: uuid ?? null,
    sourceLogBytes: sourceLogBytes ?? 0,
    targetLogBytes: targetLogBytes ?? 0,
    clockOffsetMs: clockOffsetMs ?? sourceClockOffsetMs ?? 0,
  };
}

/** The baseline's uuid. @throws HypervisorError protocol if another driver took it */
export function baselineUuid(baseline: Baseline): string {
  return text(baseline.evidence, 'uuid');
}

/** The baseline's domain ids. */
export function baselineIds({ evidence }: Baseline): DomainIds {
  const id = (name: string): number | null => (typeof evidence[name] === 'number' ? evidence[name] : null);
  return { sourceId: id('sourceId'), targetId: id('targetId') };
}

/** Process of the VM's QEMU on the source: another one each time it starts or arrives there; null: not known. */
export function baselinePid({ evidence: { sourcePid } }: Baseline): number | null {
  return typeof sourcePid === 'number' ? sourcePid : null;
}

function text(evidence: Evidence, name: string): string {
  const value = evidence[name];
  if (typeof value === 'string') return value;
  throw new HypervisorError(
    'protocol',
    `A baseline or handle has no ${name}.`,
    false,
    'It was made by another driver; take it again.',
  );
}
