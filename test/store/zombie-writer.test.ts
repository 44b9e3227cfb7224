import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { claimWriterEpoch, openChunkWriter, type ChunkWriter } from '../../store/chunk-writer';
import { readRows } from '../../store/read-rows';
import { readTable, writeTables } from '../../store/tables';
import { migrationRow } from './rows';
import { useTemporaryDirectory } from './temporary-directory';

jest.setTimeout(60_000);

const directory = useTemporaryDirectory();

async function openWriters(at: string): Promise<readonly [zombie: ChunkWriter, heir: ChunkWriter]> {
  await mkdir(join(at, 'chunks'), { recursive: true });
  const zombie = openChunkWriter({ directory: at, epoch: await claimWriterEpoch(at) });
  return [zombie, openChunkWriter({ directory: at, epoch: await claimWriterEpoch(at) })];
}

const tablesOf = async (at: string) =>
  writeTables(at, {
    ...{ actions: [], silences: [], probes: [], clocks: [], blackouts: [] },
    migrations: (await readRows(at, 'migrations')).rows,
  });

const writes = fc.array(
  fc.record({ byZombie: fc.boolean(), actions: fc.array(fc.nat(9), { minLength: 1, maxLength: 4 }) }),
  { minLength: 1, maxLength: 20 },
);

test('two writers at once, in whatever order: no row is lost, and of each key the heir wins', async () => {
  let run = 0;
  await fc.assert(
    fc.asyncProperty(writes, async (script) => {
      const at = join(directory(), String((run += 1)));
      const [zombie, heir] = await openWriters(at);
      const wanted = new Map<string, { readonly byZombie: boolean; readonly attempts: number }>();
      let attempts = 0;
      const appended: Promise<void>[] = [];
      for (const { byZombie, actions } of script) {
        attempts += 1;
        const ids = actions.map((action) => `a${String(action)}`);
        const rows = ids.map((id) => migrationRow(id, { attempts, vm: byZombie ? 'zombie' : 'heir' }));
        // Without waiting: the two are different processes.
        appended.push((byZombie ? zombie : heir).append('migrations', rows));
        for (const id of ids) {
          const known = wanted.get(id);
          if (known === undefined || known.byZombie || !byZombie) wanted.set(id, { byZombie, attempts });
        }
      }
      await Promise.all(appended);
      const { rows, problems } = await readRows(at, 'migrations');
      expect(problems).toEqual([]);
      const found = rows.map((row) => [row.action, { byZombie: row.vm === 'zombie', attempts: row.attempts }] as const);
      expect(found).toHaveLength(wanted.size);
      expect(new Map(found)).toEqual(wanted);
    }),
    { numRuns: 25 },
  );
});

test('a zombie that goes on after the tables were made changes neither them nor their next making', async () => {
  const [zombie, heir] = await openWriters(directory());
  await heir.append('migrations', [migrationRow('a1', { vm: 'right' })]);
  await tablesOf(directory());
  await zombie.append('migrations', [migrationRow('a1', { vm: 'stale' }), migrationRow('a1', { vm: 'stale' })]);
  expect((await readTable(directory(), 'migrations')).map(({ vm }) => vm)).toEqual(['right']);
  await tablesOf(directory());
  expect((await readTable(directory(), 'migrations')).map(({ vm }) => vm)).toEqual(['right']);
});
