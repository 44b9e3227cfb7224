import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CommandLine, ending, type Ran } from './command-line';

jest.setTimeout(240_000);

let drover: CommandLine;
let end: () => Promise<void> = () => Promise.resolve();

beforeAll(async () => {
  drover = new CommandLine();
  const run = (...args: string[]): Promise<Ran> => drover.run(...args);
  for (const begun of [
    await run('server'),
    await run('lab', 'up', '--kind', 'simulated', '--hosts', '2', '--vms', '2'),
  ])
    if (begun.code !== 0) throw new Error(begun.err);
  const worker = drover.start('worker');
  worker.stdout?.resume();
  worker.stderr?.resume();
  end = async () => {
    worker.kill('SIGTERM');
    await once(worker, 'exit');
    await run('lab', 'down', '--name', 'lab');
    await run('server', '--stop');
    drover.remove();
  };
});
afterAll(async () => end());

const SPEC = `site: lab
placement: { h1: [g1], h2: [g2] }
actions:
  - { migrate: g1, to: h2, at: 1s }
  - { migrate: g2, to: h1, at: 3s }
measure: { background: 1s, sampleEvery: 1s }
`;

/** Rows of CSV text without quoted cells, by column. */
function parse(out: string): { readonly header: string; readonly rows: Record<string, string>[] } {
  const [header = '', ...lines] = out.trimEnd().split('\n');
  const columns = header.split(',');
  const rows = lines.map((line) =>
    Object.fromEntries(line.split(',').map((cell, index) => [columns[index] ?? 'beyond the header', cell])),
  );
  return { header, rows };
}

test('run --csv: every sample and action once, in order, on standard output alone; watch --csv prints the same', async () => {
  const { code, out, err } = await drover.run('run', drover.file('csv.yaml', SPEC), '--id', 'streamed', '--csv');
  expect(err).toMatch(/^Campaign: streamed\n/);
  expect(err).toMatch(/completed: 2 of 2 migrations succeeded\nReport: .*\n$/);
  expect(code).toBe(0);
  const { header, rows } = parse(out);
  expect(header).toMatch(/^time,row,entity_kind,entity,counter,instance,/);
  expect(Object.keys(rows[0] ?? {})).toHaveLength(header.split(',').length);
  const actions = rows.filter(({ row }) => row === 'action');
  expect(actions.map(({ kind, entity, outcome }) => [kind, entity, outcome])).toEqual([
    ['migrate', 'g1', 'succeeded'],
    ['migrate', 'g2', 'succeeded'],
    ['end', '', 'done'],
  ]);
  const samples = rows.filter(({ row }) => row === 'sample');
  const keys = samples.map(({ time, entity, counter, instance, averaged }) =>
    [time, entity, counter, instance, averaged].join(' '),
  );
  expect(new Set(keys).size).toBe(keys.length);
  const times = rows.slice(0, -1).map(({ time }) => time);
  expect(times).toEqual([...times].sort());
  for (const entity of ['h1', 'h2', 'g1', 'g2']) {
    const ticks = samples.filter((row) => row['entity'] === entity && row['counter'] === 'cpu.time');
    expect(ticks.length).toBeGreaterThanOrEqual(4);
    expect(ticks.slice(1).every(({ per_s: rate }) => Number(rate) > 0)).toBe(true);
  }
  const sent = samples.filter((row) => row['entity'] === 'h1' && row['counter'] === 'net.tx.bytes');
  expect(Math.max(...sent.map((row) => Number(row['per_s'])))).toBeGreaterThan(1e6);

  // The same samples are in the results, and every tick is accounted for.
  const results = dirname(/Report: (.*)\n$/.exec(err)?.[1] ?? '');
  const ledger = readFileSync(join(results, 'ledger.csv'), 'utf8').trimEnd().split('\n').slice(1);
  const values = ledger.filter((line) => /,(value|back-filled),/.test(line));
  expect(values).toHaveLength(ledger.length);
  const streamed = new Set(keys.map((key) => key.split(' ').slice(0, 2).join(' ')));
  // Ticks that were due while the measurement was being closed are in the stream only.
  expect(streamed.size).toBeGreaterThanOrEqual(ledger.length);
  expect(ledger.length).toBeGreaterThanOrEqual(16);

  const again = await drover.run('watch', 'streamed', '--csv');
  expect(again.code).toBe(0);
  expect(
    parse(again.out)
      .rows.map((row) => Object.values(row).join())
      .sort(),
  ).toEqual(rows.map((row) => Object.values(row).join()).sort());
});

test('a reader that has seen enough ends the following cleanly', async () => {
  const following = drover.start('watch', 'streamed', '--csv');
  const ended = ending(following);
  await once(following.stdout as NodeJS.ReadableStream, 'data');
  following.stdout?.destroy();
  const { code, err } = await ended;
  expect(code).toBe(0);
  expect(err).not.toMatch(/Report|Error/);
});

test('--csv and --detach exclude each other', async () => {
  expect(await drover.run('run', 'csv.yaml', '--csv', '--detach')).toMatchObject({
    code: 2,
    err: expect.stringMatching(/leave out --detach/) as string,
  });
});
