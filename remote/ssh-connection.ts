import { createHash } from 'node:crypto';
import { Client } from 'ssh2';
import type { Algorithms, ConnectConfig, ServerHostKeyAlgorithm } from 'ssh2';
import { checkHostKey, knownKeyTypes } from './known-hosts';
import type { HostKeyVerdict } from './known-hosts';
import { RemoteError } from './remote-error';
import type { SshTarget } from './types';

/** Time limits of a connection, milliseconds. */
export interface ConnectionLimits {
  readonly connectTimeoutMs: number;
  readonly keepAliveMs: number;
  /** A connection is given up after this many unanswered keep-alives. */
  readonly keepAliveMisses: number;
}

/**
 * Opens one authenticated SSH connection; the host key is judged by the target's known_hosts before any authentication.
 * @throws RemoteError host-key, authentication, unreachable, timeout
 */
export async function openConnection(target: SshTarget, limits: ConnectionLimits): Promise<Client> {
  const client = new Client();
  let refused: string | undefined;
  const config: ConnectConfig = {
    host: target.host,
    port: target.port,
    username: target.user,
    privateKey: target.privateKey,
    readyTimeout: limits.connectTimeoutMs,
    keepaliveInterval: limits.keepAliveMs,
    keepaliveCountMax: limits.keepAliveMisses,
    algorithms: hostKeyAlgorithms(target),
    hostVerifier: (key: Buffer): boolean => {
      const verdict = checkHostKey(target.knownHosts, target.host, target.port, key);
      if (verdict.verdict === 'known') return true;
      refused = refusal(target, verdict, key);
      return false;
    },
  };
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => {
      client.destroy();
      reject(refused === undefined ? connectionError(target, error) : new RemoteError('host-key', refused));
    };
    client.once('ready', () => {
      client.off('error', fail);
      // An error of an established connection is followed by `close`, which every command on it listens to.
      client.on('error', () => undefined);
      resolve(client);
    });
    client.on('error', fail);
    client.once('close', () => {
      fail(new Error('the connection was closed during the handshake'));
    });
    try {
      client.connect(config);
    } catch (error) {
      reject(
        new RemoteError('authentication', `The private key for ${where(target)} cannot be read: ${text(error)}`, {
          cause: error,
        }),
      );
    }
  });
}

/** `user@host:port`, as messages name a machine. */
export function where(target: SshTarget): string {
  return `${target.user}@${target.host}:${String(target.port)}`;
}

function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

// A server with several keys must show one of a type that known_hosts has; other types stay allowed so that a
// replaced key is reported as changed and not as a failed negotiation.
function hostKeyAlgorithms(target: SshTarget): Algorithms {
  const known = knownKeyTypes(target.knownHosts, target.host, target.port).flatMap((type) =>
    type === 'ssh-rsa' ? RSA : ALL.filter((algorithm) => algorithm === type),
  );
  return { serverHostKey: [...new Set([...known, ...ALL])] };
}

const RSA: ServerHostKeyAlgorithm[] = ['rsa-sha2-512', 'rsa-sha2-256'];
const ALL: ServerHostKeyAlgorithm[] = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  ...RSA,
];

function refusal(target: SshTarget, verdict: HostKeyVerdict, key: Buffer): string {
  const print = `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
  const place = `${target.host}:${String(target.port)}`;
  const file = target.knownHostsFile ?? 'known_hosts';
  if (verdict.verdict === 'unknown') {
    return `The host key of ${place} (${print}) is not in ${file}. Check it on the machine itself, then add its line there.`;
  }
  if (verdict.verdict === 'revoked')
    return `The host key of ${place} (${print}) is revoked in ${file}. Nothing was sent.`;
  return (
    `The host key of ${place} has changed: it now shows ${print}, ${file} lists other keys (${verdict.keyTypes.join(', ')}). ` +
    'Nothing was sent. Someone may be in between; if the machine was really re-installed, replace its line in that file.'
  );
}

function connectionError(target: SshTarget, error: Error & { level?: string; code?: string }): RemoteError {
  const cause = { cause: error };
  if (error.level === 'client-authentication') {
    return new RemoteError(
      'authentication',
      `${where(target)} refused the SSH key. Is its public half in the user's authorized_keys?`,
      cause,
    );
  }
  if (error.level === 'client-timeout')
    return new RemoteError('timeout', `No SSH connection to ${where(target)} within the time limit.`, cause);
  return new RemoteError('unreachable', `No SSH connection to ${where(target)}: ${error.message}.`, cause);
}
