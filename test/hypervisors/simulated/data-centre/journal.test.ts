import { appendFileSync, readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { commandSchema } from '../../../../hypervisors/simulated/data-centre/state/commands';
import { openJournal } from '../../../../hypervisors/simulated/data-centre/state/journal';
import { openStartLog } from '../../../../hypervisors/simulated/data-centre/state/start-log';
import { useTemporaryDirectory } from '../../../store/temporary-directory';

const directory = useTemporaryDirectory();
const entry = (n: number) => ({
  atMs: n,
  command: commandSchema.parse({ do: 'start', id: `m${String(n)}`, vm: 'g1', from: 'h1', to: 'h2' }),
});

test('is read back as it was written', () => {
  const path = join(directory(), 'journal.jsonl');
  const journal = openJournal(path);
  [1, 2, 3].forEach((n) => journal.add(entry(n)));
  journal.close();
  const again = openJournal(path);
  again.close();
  expect(again.entries).toEqual([1, 2, 3].map(entry));
});

test('killed at any byte of a write, it keeps every whole entry and goes on cleanly', () => {
  const path = join(directory(), 'journal.jsonl');
  const journal = openJournal(path);
  journal.add(entry(1));
  const whole = readFileSync(path).length;
  journal.add(entry(2));
  journal.close();
  const all = readFileSync(path);
  for (let length = whole; length < all.length; length += 1) {
    truncateSync(path, 0);
    appendFileSync(path, all.subarray(0, length));
    const cut = openJournal(path);
    expect(cut.entries).toEqual([entry(1)]);
    cut.add(entry(3));
    cut.close();
    const after = openJournal(path);
    expect(after.entries).toEqual([entry(1), entry(3)]);
    after.close();
  }
});

test('names the damaged line', () => {
  const path = join(directory(), 'journal.jsonl');
  appendFileSync(path, '{"atMs":1,"command":{"do":"explode"}}\n');
  expect(() => openJournal(path)).toThrow(/journal\.jsonl:1 is damaged/);
});

test('the log of starts gets what a killed process had not logged, once', () => {
  const path = join(directory(), 'migrations.log');
  const entries = [1, 2, 3].map(entry);
  openStartLog(path, []).add(entry(1));
  openStartLog(path, entries);
  openStartLog(path, entries).add(entry(4));
  const lines = readFileSync(path, 'utf8').split('\n').filter(Boolean);
  expect(lines.map((line) => /intent=(\S+)/.exec(line)?.[1])).toEqual(['m1', 'm2', 'm3', 'm4']);
  expect(lines[0]).toBe('1970-01-01T00:00:00.001Z intent=m1 vm=g1 from=h1 to=h2 origin=drover');
});
