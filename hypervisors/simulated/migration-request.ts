import { requireOptions } from '../require-options';
import { HypervisorError, type Baseline, type ForcedEnd, type MigrationIntent, type MigrationOptions } from '../types';

/** The command that starts an intent's migration. @throws HypervisorError unsupported, protocol (the id is not path-safe) */
export function migrationRequest(
  { id, vm, from, to, options }: MigrationIntent,
  { evidence: { moves } }: Baseline,
  acceptUntilMs?: number,
): Readonly<Record<string, unknown>> {
  if (!/^[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}$/.test(id)) {
    throw new HypervisorError(
      'protocol',
      `The intent's id ${JSON.stringify(id)} is not a path-safe name.`,
      false,
      'Ids are 1 to 200 letters, digits, dots, dashes or underscores.',
    );
  }
  const { compression: _compression, channels: _channels, allowPostCopy: _asked, ...supported } = options;
  requireOptions(optionProblems(options));
  return {
    ...{ do: 'start', id, vm, from, to, options: supported },
    ...(typeof moves === 'number' ? { moves } : {}),
    ...(acceptUntilMs === undefined ? {} : { acceptUntilMs }),
  };
}

/** What the simulated data centre cannot do of these options. */
export function optionProblems({ compression, channels }: MigrationOptions): readonly string[] {
  return Object.entries({ compression, channels })
    .filter(([, value]) => value !== undefined)
    .map(([name]) => `options.${name}: the simulated site has neither compression nor channels; leave it out`);
}

/** Long enough for any rest of memory: the VM stops until all of it is sent. */
const RAISED_DOWNTIME_MS = 600_000;

/** The command that makes a running migration end on its target. @throws HypervisorError unsupported */
export function forceCommand({ id, vm, options }: MigrationIntent, how: ForcedEnd): Readonly<Record<string, unknown>> {
  if (how === 'raise-downtime') return { do: 'change', id, downtimeLimitMs: RAISED_DOWNTIME_MS };
  if (options.postCopy === true || options.allowPostCopy === true) return { do: 'change', id, postCopy: true };
  throw new HypervisorError(
    'unsupported',
    `The migration of ${vm} was started without post-copy.`,
    false,
    'Set options.postCopy, or onDeadline: post-copy.',
  );
}
