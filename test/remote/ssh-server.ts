import { spawn } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { Server, utils } from 'ssh2';
import type { Connection, ServerChannel } from 'ssh2';
import type { SshTarget } from '../../remote/types';

/** A key pair in OpenSSH's text formats. */
export interface KeyPair {
  readonly private: string;
  readonly public: string;
}

/** A fresh Ed25519 key pair. */
export function makeKeyPair(): KeyPair {
  // About one in 170 of ssh2's private keys cannot be read by ssh2 itself.
  for (;;) {
    const pair = utils.generateKeyPairSync('ed25519');
    if (!(utils.parseKey(pair.private) instanceof Error)) return pair;
  }
}

/** An SSH server in this process that runs commands with the machine's `sh`. */
export interface TestServer {
  readonly port: number;
  /** Connections accepted so far, and authentications tried. */
  readonly connections: () => number;
  readonly authentications: () => number;
  readonly target: (changes?: Partial<SshTarget>) => SshTarget;
  /** Cuts all connections without a word. */
  readonly cut: () => void;
  readonly stop: () => Promise<void>;
}

/** Starts a server on a free port of 127.0.0.1 that lets one user in. */
export async function startTestServer(hostKey: KeyPair, userKey: KeyPair): Promise<TestServer> {
  const sockets = new Set<Connection>();
  let connections = 0;
  let authentications = 0;
  const allowed = utils.parseKey(userKey.public);
  if (allowed instanceof Error) throw allowed;
  const server = new Server({ hostKeys: [hostKey.private] }, (connection) => {
    connections += 1;
    sockets.add(connection);
    connection.on('error', () => undefined);
    connection.on('close', () => sockets.delete(connection));
    connection.on('authentication', (context) => {
      authentications += 1;
      if (context.method === 'publickey' && context.key.data.equals(allowed.getPublicSSH())) context.accept();
      else context.reject(['publickey']);
    });
    connection.on('session', (accept) => {
      const session = accept();
      session.on('exec', (acceptExec, _reject, info) => {
        run(acceptExec(), info.command);
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const cut = (): void => {
    for (const socket of sockets) (socket as unknown as { _sock: { destroy(): void } })._sock.destroy();
  };
  return {
    port,
    connections: () => connections,
    authentications: () => authentications,
    target: (changes) => ({
      host: '127.0.0.1',
      port,
      user: 'tester',
      privateKey: userKey.private,
      knownHosts: `[127.0.0.1]:${String(port)} ${hostKey.public}\n`,
      ...changes,
    }),
    cut,
    stop: async () => {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function run(channel: ServerChannel, command: string): void {
  const child = spawn('sh', ['-c', command]);
  channel.on('error', () => undefined);
  channel.on('close', () => child.kill('SIGKILL'));
  child.stdin.on('error', () => undefined);
  channel.pipe(child.stdin);
  child.stdout.on('data', (chunk) => channel.write(chunk));
  child.stderr.on('data', (chunk) => channel.stderr.write(chunk));
  child.on('close', (code, signal) => {
    if (signal === null) channel.exit(code ?? 0);
    else channel.exit(signal);
    channel.end();
  });
}

/** A host name as `ssh-keygen -H` writes it. */
export function hashHost(name: string): string {
  const salt = randomBytes(20);
  return `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(name).digest('base64')}`;
}
