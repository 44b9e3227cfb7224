import { BROWNOUT_AFTER_MS } from './blackout';
import { joinStretches, overlapsAny, type Stretch } from './intervals';
import type { Silence } from './types';

/** What a silence was. */
export type SilenceRole = 'background' | 'blackout' | 'brownout' | 'collateral' | 'other';

/** A migration that ran, for whatever purpose. Times UTC ms. */
export interface RunMigration {
  readonly vm: string;
  readonly requestedAtMs: number;
  readonly finishedAtMs: number;
}

/** What roles are judged by. */
export interface RoleContext {
  readonly background: Stretch | null;
  readonly migrations: readonly RunMigration[];
  /** The silences that hold a switch-over. */
  readonly blackouts: ReadonlySet<Silence>;
}

/**
 * Judges silences of VMs and of control echoes: `blackout` holds a switch-over, `brownout` lies in a migration of the
 * same VM (to 5 s after it), `collateral` in a migration of another VM, `background` in the background; else `other`.
 */
export function createRoleJudge({ background, migrations, blackouts }: RoleContext) {
  const anyMigration = joinStretches(
    migrations.map(({ requestedAtMs, finishedAtMs }) => stretch(requestedAtMs, finishedAtMs)),
  );
  const own = new Map<string, Stretch[]>();
  for (const { vm, requestedAtMs, finishedAtMs } of migrations) {
    const stretches = own.get(vm) ?? [];
    stretches.push(stretch(requestedAtMs, finishedAtMs + BROWNOUT_AFTER_MS));
    own.set(vm, stretches);
  }
  const ownJoined = new Map([...own].map(([vm, stretches]) => [vm, joinStretches(stretches)]));

  return (silence: Silence, kind: 'vm' | 'host'): SilenceRole => {
    if (blackouts.has(silence)) return 'blackout';
    const when = stretch(silence.startMs, silence.endMs);
    if (kind === 'vm' && overlapsAny(ownJoined.get(silence.target) ?? [], when)) return 'brownout';
    if (overlapsAny(anyMigration, when)) return 'collateral';
    return background !== null && overlapsAny([background], when) ? 'background' : 'other';
  };
}

const stretch = (fromMs: number, untilMs: number): Stretch => ({ fromMs, untilMs });
