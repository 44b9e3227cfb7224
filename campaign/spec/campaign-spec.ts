import type { PatternSpec } from '../plan/pattern-spec';
import type { Placement } from '../plan/plan';

/** A load that keeps every vCPU of a VM busy for a share of the time, per cent. */
export interface CpuLoad {
  readonly percent: number;
}

/** Memory of a VM that is filled and locked. */
export interface LockLoad {
  readonly mib: number;
}

/** A memory-dirtying load of one VM. */
export interface DirtyLoad {
  readonly workingSetMib: number;
  readonly mibPerS: number;
  readonly pattern: 'sequential' | 'random';
}

/** What runs inside a VM; null: nothing. */
export interface VmLoad {
  readonly cpu: CpuLoad | null;
  readonly lock: LockLoad | null;
  readonly dirty: DirtyLoad | null;
}

/** What happens when things do not go as planned. */
export interface CampaignPolicy {
  readonly onFailure: 'continue' | 'abort' | 'pause';
  readonly maxFailures: number | null;
  readonly whenBusy: 'postpone-all' | 'postpone-one' | 'skip';
  readonly whenLate: 'shift-all' | 'run-now' | 'skip';
  readonly lateToleranceMs: number;
  readonly deadlineMs: number | null;
  readonly onDeadline: 'cancel' | 'raise-downtime' | 'post-copy';
}

/** A valid spec with every default filled in; durations in milliseconds. */
export interface CampaignSpec {
  readonly site: string;
  readonly placement: Placement;
  readonly pattern: PatternSpec;
  /** VM name to its load; every placed VM has an entry. */
  readonly load: Readonly<Record<string, VmLoad>>;
  readonly measure: {
    readonly backgroundMs: number;
    readonly probePeriodMs: number;
    readonly promptMs: number;
    readonly sampleEveryMs: number;
  };
  /** Names and units of MigrationOptions in hypervisors/types.ts. */
  readonly options: {
    readonly bandwidthMibPerS?: number;
    readonly downtimeLimitMs?: number;
    readonly autoConverge?: boolean;
    readonly postCopy?: boolean;
    readonly compression?: 'xbzrle' | 'zstd' | 'zlib';
    readonly channels?: number;
  };
  readonly limits: {
    /** null: as the site file says. */
    readonly migrationsPerHost: number | null;
  };
  readonly policy: CampaignPolicy;
}
