import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';

/** The part of Temporal's connection settings that can be wrong before anything is connected; as PEM. */
export interface TlsSettings {
  readonly serverRootCACertificate?: Uint8Array;
  readonly clientCertPair?: { readonly crt: Uint8Array; readonly key: Uint8Array; readonly passphrase?: string };
}

/** Where each stands: an environment variable, ending in `_DATA` or `_PATH`, or a line of the profile. */
const WHERE = {
  ca: 'TEMPORAL_TLS_SERVER_CA_CERT (server_ca_cert of the profile)',
  cert: 'TEMPORAL_TLS_CLIENT_CERT (client_cert of the profile)',
  key: 'TEMPORAL_TLS_CLIENT_KEY (client_key of the profile)',
};

/** What is wrong with keys and certificates, in words that show nothing of them; `true` is TLS without any. */
export function tlsProblems(settings: TlsSettings | boolean | null | undefined): readonly string[] {
  if (typeof settings !== 'object' || settings === null) return [];
  const { serverRootCACertificate: ca, clientCertPair: pair } = settings;
  const problems: string[] = [];
  const read = <T>(where: string, what: string, parse: () => T): T | null => {
    try {
      return parse();
    } catch {
      problems.push(`${where} is no ${what} in PEM`);
      return null;
    }
  };
  const certificate = (pem: Uint8Array) => (): X509Certificate => new X509Certificate(pem);
  if (ca !== undefined) read(WHERE.ca, 'certificate', certificate(ca));
  if (pair !== undefined) {
    const { crt, key: pem, passphrase = '' } = pair;
    const cert = read(WHERE.cert, 'certificate', certificate(crt));
    const key = read<KeyObject>(WHERE.key, 'private key', () =>
      createPrivateKey({ key: Buffer.from(pem), passphrase }),
    );
    if (cert !== null && key !== null && !cert.checkPrivateKey(key))
      problems.push(`${WHERE.key} does not belong to ${WHERE.cert}`);
  }
  return problems;
}
