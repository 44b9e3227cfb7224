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

function optionArguments(options: MigrationOptions): readonly string[] {
  const { bandwidthMibPerS, autoConverge, postCopy, allowPostCopy, compression, channels } = options;
  const parallel = channels !== undefined || compression === 'zstd' || compression === 'zlib';
  if (parallel && compression === 'xbzrle')
    throw unsupported(
      'xbzrle compression cannot be combined with parallel channels',
      'Use zstd or zlib, or leave channels out.',
    );
  if (parallel && (postCopy === true || allowPostCopy === true))
    throw unsupported(
      'post-copy cannot be combined with parallel channels',
      'Leave channels and zstd or zlib compression out.',
    );
  return [
    ...(bandwidthMibPerS === undefined ? [] : ['--bandwidth', count('bandwidthMibPerS', bandwidthMibPerS)]),
    ...(autoConverge === true ? ['--auto-converge'] : []),
    ...(postCopy === true || allowPostCopy === true ? ['--postcopy'] : []),
    ...(postCopy === true ? ['--postcopy-after-precopy'] : []),
    ...(parallel ? ['--parallel'] : []),
    ...(channels === undefined ? [] : ['--parallel-connections', count('channels', channels)]),
    ...(compression === undefined ? [] : ['--compressed', '--comp-methods', compression]),
  ];
}

function count(name: string, value: number): string {
  if (!Number.isSafeInteger(value) || value < 1)
    throw unsupported(`${name} must be a whole number from 1, not ${String(value)}`, 'Correct the option in the spec.');
  return String(value);
}

function unsupported(message: string, hint: string): HypervisorError {
  return new HypervisorError('unsupported', `libvirt: ${message}.`, false, hint);
}
