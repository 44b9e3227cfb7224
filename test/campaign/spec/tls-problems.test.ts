import { generateKeyPairSync } from 'node:crypto';
import { tlsProblems } from '../../../campaign/spec/tls-problems';

/** A certificate that was valid for a day; nobody has its key any more. */
const CERTIFICATE = Buffer.from(`-----BEGIN CERTIFICATE-----
MIIBfzCCASSgAwIBAgIUIzBtkMX8vwM2RXDxj2BX8ai0mjUwCgYIKoZIzj0EAwIw
FjEUMBIGA1UEAwwLZHJvdmVyIHRlc3QwHhcNMjYxMTI2MTI0ODU2WhcNMjYxMTI3
MTI0ODU2WjAWMRQwEgYDVQQDDAtkcm92ZXIgdGVzdDBZMBMGByqGSM49AgEGCCqG
SM49AwEHA0IABO0Bk6Ao/qy6hlla5mPkQt3sp809HErPVfUp9qkRsbtSLFLr0NqX
2yTG11BIBi0Qe/tnd7FBqZGO3EwvX7ZSUeqjUDBOMB0GA1UdDgQWBBSIEX0sAlHp
4/whpZmONfFPhvcWOjAfBgNVHSMEGDAWgBSIEX0sAlHp4/whpZmONfFPhvcWOjAM
BgNVHRMBAf8EAjAAMAoGCCqGSM49BAMCA0kAMEYCIQCXmaDo+35Cv5tcL1YaZPQN
wrOcu81DQfEnrxkkD+BDdgIhALyppLreSo2EOl3EPYzqL/cCNFFmlqjhYSo04DA9
6Czz
-----END CERTIFICATE-----`);
const KEY = Buffer.from(
  generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }),
);

test('a server certificate alone is no problem, nor is nothing', () => {
  expect(tlsProblems({ serverRootCACertificate: CERTIFICATE })).toEqual([]);
  for (const none of [{}, true, false, null, undefined]) expect(tlsProblems(none)).toEqual([]);
});

test('each thing that cannot be read is named with where it stands, and not shown', () => {
  const nonsense = Buffer.from('-----BEGIN PRIVATE KEY-----\nsecret\n-----END PRIVATE KEY-----');
  const problems = tlsProblems({
    serverRootCACertificate: nonsense,
    clientCertPair: { crt: nonsense, key: nonsense },
  });
  expect(problems).toEqual([
    'TEMPORAL_TLS_SERVER_CA_CERT (server_ca_cert of the profile) is no certificate in PEM',
    'TEMPORAL_TLS_CLIENT_CERT (client_cert of the profile) is no certificate in PEM',
    'TEMPORAL_TLS_CLIENT_KEY (client_key of the profile) is no private key in PEM',
  ]);
});

test('a key that belongs to another certificate is told', () => {
  expect(tlsProblems({ clientCertPair: { crt: CERTIFICATE, key: KEY } })).toEqual([
    expect.stringContaining('does not belong to TEMPORAL_TLS_CLIENT_CERT'),
  ]);
});
