import fc from 'fast-check';
import { parseDefinitions, parseHost } from '../../../hypervisors/libvirt/parse-inventory';

const HOST = new Map([
  [
    'version',
    'Compiled against library: libvirt 11.3.0\nUsing library: libvirt 11.3.0\nUsing API: QEMU 11.3.0\nRunning hypervisor: QEMU 10.0.2\n',
  ],
  [
    'nodeinfo',
    'CPU model:           x86_64\nCPU(s):              2\nCPU frequency:       2100 MHz\nMemory size:         25165824 KiB\n',
  ],
  [
    'capabilities',
    `<capabilities><host><uuid>u</uuid><cpu><arch>x86_64</arch><model>Skylake-Server-IBRS</model></cpu>
     <migration_features><live/><uri_transports><uri_transport>tcp</uri_transport><uri_transport>rdma</uri_transport></uri_transports></migration_features></host></capabilities>`,
  ],
  ['nics', 'eth0\nbr0\n'],
]);

test('reads a host', () => {
  expect(parseHost('h1', HOST)).toEqual({
    name: 'h1',
    cpuModel: 'Skylake-Server-IBRS',
    cpus: 2,
    memoryBytes: 25_165_824 * 1_024,
    nics: ['eth0', 'br0'],
    versions: { libvirt: '11.3.0', qemu: '10.0.2' },
    migrationSettings: { live: 'yes', transports: 'tcp,rdma' },
  });
});

test('what a host does not say is left out, and without its size it is not understood', () => {
  expect(parseHost('h1', new Map([['nodeinfo', HOST.get('nodeinfo') ?? '']]))).toMatchObject({
    cpuModel: 'x86_64',
    versions: {},
    nics: [],
    migrationSettings: { live: 'no', transports: '' },
  });
  expect(() => parseHost('h1', new Map())).toThrow(/nodeinfo on h1/);
});

const domain = (name: string, more = ''): string =>
  `<domain type='qemu' id='2'><name>${name}</name><uuid>uuid-${name}</uuid><memory unit='KiB'>262144</memory><vcpu placement='static'>1</vcpu>${more}</domain>\n`;
const state = (name: string, code: number, reason: number): string =>
  `Domain: '${name}'\n  state.state=${String(code)}\n  state.reason=${String(reason)}\n\n`;
const parse = (domains: string, states: string): ReturnType<typeof parseDefinitions> =>
  parseDefinitions('h1', new Map(Object.entries({ domains, states })), { g1: ['10.78.1.1'] });

test('reads a VM', () => {
  expect(parse(domain('g1'), state('g1', 1, 2))).toEqual([
    {
      name: 'g1',
      uuid: 'uuid-g1',
      host: 'h1',
      power: 'running',
      vcpus: 1,
      memoryBytes: 256 * 2 ** 20,
      addresses: ['10.78.1.1'],
      emulated: true,
      leftover: false,
      moving: false,
    },
  ]);
});

// Codes of virDomainState and its reasons, libvirt-domain.h.
test.each([
  ['running', 1, 1, { power: 'running', leftover: false, moving: false }],
  ['paused by a user', 3, 1, { power: 'paused', moving: false }],
  ['paused by a migration', 3, 2, { power: 'running', moving: true }],
  ['starting up', 3, 11, { power: 'running', moving: true }],
  ['in post-copy', 3, 12, { power: 'running', moving: true }],
  ['shut off', 5, 1, { power: 'off', leftover: false }],
  ['shut off by a migration', 5, 4, { power: 'off', leftover: true }],
  ['crashed', 6, 1, { power: 'off', leftover: false }],
  ['suspended by the guest', 7, 1, { power: 'paused' }],
  ['in a state nobody knows', 99, 0, { power: 'unknown', leftover: false }],
])('a VM %s', (_what, code, reason, expected) => {
  expect(parse(domain('g1'), state('g1', code, reason))).toEqual([expect.objectContaining(expected)]);
});

test('a VM that went away while the script ran is left out; names are as they are', () => {
  const two = `<?xml version='1.0'?>${domain('gone')}<?xml version='1.0'?>${domain('a &amp; b')}`;
  expect(parse(two, state('a & b', 1, 1)).map(({ name }) => name)).toEqual(['a & b']);
  expect(parse(domain('12'), state('12', 1, 1)).map(({ name }) => name)).toEqual(['12']);
  expect(parse(domain('constructor'), state('constructor', 1, 1))[0]?.addresses).toEqual([]);
  expect(parse('', '')).toEqual([]);
});

test.each([
  [`<memory unit='GiB'>2</memory>`, 2 * 2 ** 30],
  [`<memory>1024</memory>`, 2 ** 20],
  [`<memory unit='b'>4096</memory>`, 4_096],
  [`<memory unit='TiB'>1</memory>`, 2 ** 40],
])('%s', (memory, bytes) => {
  const text = domain('g1').replace(/<memory.*<\/memory>/, memory);
  expect(parse(text, state('g1', 1, 1))[0]?.memoryBytes).toBe(bytes);
});

test('an unknown unit is not taken for another', () => {
  const text = domain('g1').replace("unit='KiB'", "unit='XiB'");
  expect(() => parse(text, state('g1', 1, 1))).toThrow(/unknown unit XiB/);
});

test('CPUs that are plugged out do not count', () => {
  const text = domain('g1').replace(/<vcpu.*<\/vcpu>/, `<vcpu placement='static' current='2'>8</vcpu>`);
  expect(parse(text, state('g1', 1, 1))[0]?.vcpus).toBe(2);
});

test('whatever arrives, it is read or an Error, and no figure is NaN', () => {
  const piece = fc.oneof(
    fc.string(),
    fc.constantFrom(domain('g1'), '<domain>', '</domain>', '<name>g1</name>', '<memory/>', '<vcpu>', '&', '<!-- '),
  );
  fc.assert(
    fc.property(fc.array(piece), fc.array(fc.oneof(piece, fc.constant(state('g1', 1, 1)))), (domains, states) => {
      try {
        for (const { memoryBytes, vcpus, name } of parse(domains.join(''), states.join('\n'))) {
          expect(memoryBytes).not.toBeNaN();
          expect(vcpus).not.toBeNaN();
          expect(typeof name).toBe('string');
        }
        expect(parseHost('h1', new Map([['nodeinfo', domains.join('\n')]])).memoryBytes).not.toBeNaN();
      } catch (error) {
        if (!(error instanceof Error) || 'matcherResult' in error) throw error;
      }
    }),
    { numRuns: 500 },
  );
});

test.each([
  ['no name', '<domain><uuid>u</uuid></domain>'],
  ['no memory', domain('g1').replace(/<memory.*<\/memory>/, '')],
  ['a number of CPUs that is none', domain('g1').replace('>1</vcpu>', '>NaN</vcpu>')],
  ['XML that is none', '<!DOCTYPE a [<!ENTITY x "y"'],
])('%s: virsh is not understood, and the message names it with the host', (_, domains) => {
  expect(() => parse(domains, state('g1', 1, 1))).toThrow(/^virsh dumpxml on h1 is not understood: /);
});

test('a long run of empty lines costs no more than its length', () => {
  const before = process.cpuUsage().user;
  expect(parse('', `Domain: 'g1'\n${'\n'.repeat(300_000)}`)).toEqual([]);
  expect(process.cpuUsage().user - before).toBeLessThan(5_000_000);
});
