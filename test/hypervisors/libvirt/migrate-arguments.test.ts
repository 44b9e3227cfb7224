import fc from 'fast-check';
import { migrateArguments } from '../../../hypervisors/libvirt/migrate-arguments';
import { HypervisorError, type MigrationOptions } from '../../../hypervisors/types';

const ALWAYS = ['--live', '--p2p', '--persistent'];
const TARGET = ['--domain', 'uuid', '--desturi', 'qemu+ssh://root@h2/system'];
const args = (options: MigrationOptions): readonly string[] =>
  migrateArguments({ id: 'i', vm: 'g1', from: 'h1', to: 'h2', options }, 'uuid', 'qemu+ssh://root@{host}/system');

test.each<[MigrationOptions, readonly string[]]>([
  [{}, []],
  [{ bandwidthMibPerS: 20 }, ['--bandwidth', '20']],
  [{ autoConverge: true }, ['--auto-converge']],
  [{ autoConverge: false, postCopy: false }, []],
  [{ postCopy: true }, ['--postcopy', '--postcopy-after-precopy']],
  [{ allowPostCopy: true }, ['--postcopy']],
  [{ channels: 4 }, ['--parallel', '--parallel-connections', '4']],
  [{ compression: 'zstd' }, ['--parallel', '--compressed', '--comp-methods', 'zstd']],
  [{ compression: 'xbzrle' }, ['--compressed', '--comp-methods', 'xbzrle']],
  // Set before the migration, by a command of its own.
  [{ downtimeLimitMs: 100 }, []],
])('%j', (options, expected) => {
  expect(args(options)).toEqual([...ALWAYS, ...expected, ...TARGET]);
});

test.each<MigrationOptions>([
  { compression: 'xbzrle', channels: 2 },
  { postCopy: true, channels: 2 },
  { postCopy: true, compression: 'zstd' },
  { bandwidthMibPerS: 0.5 },
  { channels: 0 },
])('%j is unsupported', (options) => {
  expect(() => args(options)).toThrow(expect.objectContaining({ code: 'unsupported' }) as Error);
});

test('throws nothing but HypervisorError, never undefines the source, always names the VM by its uuid', () => {
  const options = fc.record(
    {
      bandwidthMibPerS: fc.double(),
      downtimeLimitMs: fc.double(),
      autoConverge: fc.boolean(),
      postCopy: fc.boolean(),
      compression: fc.constantFrom('xbzrle' as const, 'zstd' as const, 'zlib' as const),
      channels: fc.double(),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(options, (any) => {
      let made: readonly string[] = TARGET;
      try {
        made = args(any);
      } catch (error) {
        if (!(error instanceof HypervisorError) || error.code !== 'unsupported') throw error;
      }
      expect(made).not.toContain('--undefinesource');
      expect(made.slice(-4)).toEqual(TARGET);
      expect(made.join(' ')).not.toMatch(/NaN|Infinity|e[+-]\d/);
    }),
  );
});
