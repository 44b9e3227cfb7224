import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { connect, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createServer, type TLSSocket } from 'node:tls';
import { promisify } from 'node:util';
import { pemNeedles, type Needle } from './needles';

const run = promisify(execFile);

/** A way to a Temporal server that only those with the client's key may go. */
export interface TlsFront {
  /** What a client gets in its environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly needles: readonly Needle[];
  /** How many connections showed the client's certificate. */
  admitted(): number;
  close(): Promise<void>;
}

/** Stands before the server at `port` with mutual TLS, as a Temporal server elsewhere does; the development server knows none. */
export async function openTlsFront(port: number, folder: string): Promise<TlsFront> {
  mkdirSync(folder, { recursive: true });
  const [server, client] = [await makeCertificate(folder, 'server'), await makeCertificate(folder, 'client')];
  const open = new Set<TLSSocket>();
  let admitted = 0;
  const front = createServer(
    { ...server, ca: client.cert, requestCert: true, rejectUnauthorized: true, ALPNProtocols: ['h2'] },
    (socket) => {
      admitted += 1;
      open.add(socket);
      socket.once('close', () => open.delete(socket));
      const behind = connect(port, '127.0.0.1');
      socket.pipe(behind).pipe(socket);
      // A connection that breaks on one side ends on the other.
      for (const [one, other] of [[socket, behind] as const, [behind, socket] as const])
        one.on('error', () => other.destroy());
    },
  );
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
  return {
    env: {
      TEMPORAL_ADDRESS: `127.0.0.1:${String((front.address() as AddressInfo).port)}`,
      TEMPORAL_TLS: 'true',
      TEMPORAL_TLS_SERVER_NAME: 'localhost',
      TEMPORAL_TLS_SERVER_CA_CERT_DATA: server.cert,
      TEMPORAL_TLS_CLIENT_CERT_DATA: client.cert,
      TEMPORAL_TLS_CLIENT_KEY_DATA: client.key,
    },
    needles: pemNeedles('TLS client key', client.key),
    admitted: () => admitted,
    close: async () => {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => front.close(resolve));
    },
  };
}

/** A certificate that vouches for itself, for this machine and one day. */
async function makeCertificate(folder: string, name: string): Promise<{ readonly key: string; readonly cert: string }> {
  const [keyFile, certFile] = [join(folder, `${name}.key`), join(folder, `${name}.pem`)];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  // Temporal's core takes no authority for a server.
  const what = [
    '-addext',
    'basicConstraints=critical,CA:FALSE',
    '-addext',
    'subjectAltName=DNS:localhost,IP:127.0.0.1',
  ];
  const who = ['-subj', `/CN=drover test ${name}`, ...what];
  await run('openssl', ['req', '-x509', '-days', '1', ...curve, ...who, '-keyout', keyFile, '-out', certFile]);
  return { key: readFileSync(keyFile, 'utf8'), cert: readFileSync(certFile, 'utf8') };
}
