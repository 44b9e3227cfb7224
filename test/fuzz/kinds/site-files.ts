import fc from 'fast-check';
import { stringify } from 'yaml';
import { parseSiteFile } from '../../../campaign/spec/site-file';
import { formatProblems } from '../../../campaign/spec/problems';
import { fuzzKind, type Outcome } from '../fuzz-kind';
import { garbledText } from '../garble-text';
import { garbledValue, jsonText } from '../garble-value';
import { checkProblems } from './specs';

/** What a user may by mistake have written where `env:NAME` or `file:PATH` belongs. */
const SECRET = 'hunter2SECRETvalue';
const PEM = `-----BEGIN OPENSSH PRIVATE KEY-----\n${SECRET}b3BlbnNzaC1rZXktdjEAAAAABG5vbmU=\n-----END OPENSSH PRIVATE KEY-----\n`;

const key = fc.constantFrom('env:DROVER_KEY', 'file:/root/.ssh/id_ed25519', 'file:keys/id');
const ssh = (of: fc.Arbitrary<string>): fc.Arbitrary<object> =>
  fc.record(
    {
      key: of,
      knownHosts: fc.constantFrom('/etc/ssh/known_hosts', 'known_hosts'),
      user: fc.constant('root'),
      port: fc.constantFrom(22, 2222),
    },
    { requiredKeys: ['key', 'knownHosts'] },
  );

const siteFile = (keys: fc.Arbitrary<string>): fc.Arbitrary<unknown> =>
  fc
    .record({
      ssh: ssh(keys),
      guests: ssh(keys),
      own: ssh(keys),
      which: fc.nat(3),
      hosts: fc.integer({ min: 1, max: 6 }),
    })
    .map(({ ssh: access, guests, own, which, hosts }) => {
      const of = (prefix: string) =>
        Object.fromEntries(
          Array.from({ length: hosts }, (_, n) => [
            `${prefix}${String(n + 1)}`,
            { address: `10.0.0.${String(n + 1)}` },
          ]),
        );
      const libvirt = {
        kind: 'libvirt',
        emulated: which === 1,
        hosts: of('h'),
        ssh: access,
        migrateUri: 'qemu+ssh://root@{host}/system',
        guests: { addresses: { g1: '10.0.1.1', g2: 'g2.lab' }, ssh: guests },
        ...(which === 2 ? { vantages: { v1: { address: '10.0.0.9', ssh: own }, v2: { address: 'v2' } } } : {}),
        limits: { migrationsPerHost: hosts },
      };
      const simulated = { kind: 'simulated', url: 'http://127.0.0.1:8080' };
      return { sites: { lab: libvirt, ...(which === 3 ? { twin: simulated } : {}) } };
    });

interface Case {
  readonly text: string;
  readonly sound?: boolean;
  readonly secret?: boolean;
}

const sound = siteFile(key);
// A secret as itself where a reference belongs.
const leaky = siteFile(fc.constantFrom(SECRET, PEM));
const cases: fc.Arbitrary<Case> = fc.oneof(
  { weight: 2, arbitrary: sound.map((value) => ({ text: stringify(value), sound: true })) },
  { weight: 1, arbitrary: sound.map((value) => ({ text: JSON.stringify(value), sound: true })) },
  { weight: 5, arbitrary: garbledText(sound.map((value) => stringify(value))).map((text) => ({ text })) },
  { weight: 4, arbitrary: garbledValue(sound).map((value) => ({ text: jsonText(value) })) },
  {
    weight: 3,
    arbitrary: garbledValue(leaky).map((value) => ({ text: jsonText(value, 1), secret: true })),
  },
  { weight: 3, arbitrary: garbledText(leaky.map((value) => stringify(value))).map((text) => ({ text, secret: true })) },
);

/** Site files, some with a secret in them. */
export const siteFiles = fuzzKind(
  'site files',
  8_000,
  cases,
  ({ text, sound: isSound = false, secret = false }): Outcome => {
    const read = parseSiteFile(text, '/etc/drover/sites.yaml', '/etc/drover');
    if (read.ok) {
      if (Object.getPrototypeOf(read.sites) !== Object.prototype) throw new Error('another prototype');
      return 'accepted';
    }
    const message = formatProblems(read.problems);
    if (isSound) throw new Error(`a sound site file is refused: ${message}`);
    if (secret && message.includes('SECRET')) throw new Error(`a secret gets through: ${message}`);
    checkProblems(read.problems);
    return 'refused';
  },
);
