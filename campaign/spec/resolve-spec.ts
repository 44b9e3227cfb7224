import type { ListedAction, Pace, PatternSpec } from '../plan/pattern-spec';
import type { EndAction, Placement } from '../plan/plan';
import type { CampaignSpec, VmLoad } from './campaign-spec';
import type { ParsedPattern } from './pattern-schema';
import type { ParsedSpec } from './spec-schema';
import type { WrittenAction } from './written-action';

/** Fills in everything a valid spec leaves open. */
export function resolveSpec(spec: ParsedSpec, placement: Placement, written: readonly WrittenAction[]): CampaignSpec {
  const { site, pattern, load, measure, limits, options } = spec;
  const { deadline, onDeadline, whenBusy, whenLate, lateTolerance, onFailure, ...migration } = options;
  const loads = new Map(Object.entries(load));
  return {
    site,
    placement,
    pattern: pattern === undefined ? listPattern(written) : resolvePattern(pattern, placement),
    load: Object.fromEntries(
      Object.values(placement).flatMap((vms) =>
        vms.map((vm) => [vm, resolveLoad(loads.get(vm) ?? loads.get('default'))]),
      ),
    ),
    measure: {
      backgroundMs: measure.background,
      probePeriodMs: measure.probePeriod,
      promptMs: measure.prompt,
      sampleEveryMs: measure.sampleEvery,
    },
    options: Object.fromEntries(Object.entries(migration).filter(([, value]) => value !== undefined)),
    limits: { migrationsPerHost: limits.migrationsPerHost ?? null },
    policy: {
      onFailure,
      maxFailures: limits.maxFailures ?? null,
      whenBusy,
      whenLate,
      lateToleranceMs: lateTolerance,
      deadlineMs: deadline ?? null,
      onDeadline: onDeadline ?? 'cancel',
    },
  };
}

function resolvePattern(pattern: ParsedPattern, placement: Placement): PatternSpec {
  const hosts = Object.keys(placement);
  switch (pattern.kind) {
    case 'staircase': {
      const { kind, target, upTo, every, reverse, repeats } = pattern;
      return { kind, target, upTo, everyMs: every, reverse, repeats };
    }
    case 'ring': {
      const { kind, rounds = 0, migrations, concurrent } = pattern;
      return {
        kind,
        migrations: migrations ?? rounds * Object.values(placement).flat().length,
        concurrent,
        pace: paceOf(pattern),
      };
    }
    case 'cycle': {
      const { kind, vm, migrations } = pattern;
      return { kind, vm, hosts: pattern.hosts ?? hosts, migrations, pace: paceOf(pattern) };
    }
    case 'evacuate': {
      const { kind, host, back, repeats } = pattern;
      return {
        kind,
        host,
        to: pattern.to ?? hosts.filter((name) => name !== host),
        back,
        pace: paceOf(pattern),
        repeats,
      };
    }
  }
}

function paceOf({ every, pause }: { every?: number | undefined; pause?: number | undefined }): Pace {
  return every === undefined ? { pauseMs: pause ?? 0 } : { everyMs: every };
}

function listPattern(written: readonly WrittenAction[]): PatternSpec {
  const all = written.map(({ action }) => action);
  const actions = all.filter((action): action is ListedAction => action.kind !== 'end');
  const end = all.find((action): action is EndAction => action.kind === 'end');
  return { kind: 'list', actions, end: end ?? null };
}

function resolveLoad(load: ParsedSpec['load'][string] | undefined): VmLoad {
  return { cpu: load?.cpu ?? null, lock: load?.lock ?? null, dirty: load?.dirty ?? null };
}
