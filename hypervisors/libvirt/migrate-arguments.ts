import { requireOptions } from '../require-options';
import { HypervisorError } from '../types';
import type { MigrationIntent, MigrationOptions } from '../types';

/** libvirt's own refusal may be lost behind the end of the connection to itself. @throws HypervisorError bad-state for a move to the same host */
export function requireTwoHosts({ vm, from, to }: MigrationIntent): void {
  const hint = 'Source and target of a migration are two hosts.';
  if (from === to) throw new HypervisorError('bad-state', `${vm} is on ${to} already.`, false, hint);
}

/**
 * The options of `virsh migrate` for an intent: always live, peer to peer (survives the death of virsh) and persistent
 * on the target, never `--undefinesource`, which would take the completed job with it.
 * @throws HypervisorError unsupported
 */
export function migrateArguments(intent: MigrationIntent, uuid: string, migrateUri: string): readonly string[] {
  const uri = migrateUri.replaceAll('{host}', intent.to);
  return ['--live', '--p2p', '--persistent', ...optionArguments(intent.options), '--domain', uuid, '--desturi', uri];
}

/** What virsh cannot do of these options, each with what to do instead. */
export function optionProblems(options: MigrationOptions): readonly string[] {
  const { bandwidthMibPerS, postCopy, allowPostCopy, compression, channels } = options;
  const problems: string[] = [];
  for (const [name, value] of Object.entries({ bandwidthMibPerS, channels }))
    if (value !== undefined && !(Number.isSafeInteger(value) && value >= 1))
      problems.push(`options.${name} must be a whole number from 1 on libvirt, not ${String(value)}`);
  if (isParallel(options) && compression === 'xbzrle')
    problems.push(
      'libvirt cannot combine xbzrle with parallel channels: use zstd or zlib, or leave options.channels out',
    );
  if (isParallel(options) && (postCopy === true || allowPostCopy === true))
    problems.push(
      'libvirt cannot combine post-copy with parallel channels: leave options.channels and zstd or zlib compression out',
    );
  return problems;
}

/** Compression by zstd or zlib is that of parallel channels. */
function isParallel({ channels, compression }: MigrationOptions): boolean {
  return channels !== undefined || compression === 'zstd' || compression === 'zlib';
}

function optionArguments(options: MigrationOptions): readonly string[] {
  const { bandwidthMibPerS, autoConverge, postCopy, allowPostCopy, compression, channels } = options;
  requireOptions(optionProblems(options));
  return [
    ...(bandwidthMibPerS === undefined ? [] : ['--bandwidth', String(bandwidthMibPerS)]),
    ...(autoConverge === true ? ['--auto-converge'] : []),
    ...(postCopy === true || allowPostCopy === true ? ['--postcopy'] : []),
    ...(postCopy === true ? ['--postcopy-after-precopy'] : []),
    ...(isParallel(options) ? ['--parallel'] : []),
    ...(channels === undefined ? [] : ['--parallel-connections', String(channels)]),
    ...(compression === undefined ? [] : ['--compressed', '--comp-methods', compression]),
  ];
}
