import { readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandError } from '../../../client/exit';
import { createProgram } from '../../../client/program';
import { writeLargeResults } from '../../report/large-results';
import { useTemporaryDirectory } from '../../store/temporary-directory';

jest.setTimeout(60_000);

const directory = useTemporaryDirectory();
const SMALL = { hosts: 2, vms: 2, ticks: 30, counters: 6, migrations: 14 };
let printed = '';

beforeEach(async () => {
  printed = '';
  jest.spyOn(console, 'log').mockImplementation((line: string) => void (printed += `${line}\n`));
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
  await writeLargeResults(at('first'), SMALL);
});
afterEach(() => jest.restoreAllMocks());

const at = (name: string): string => join(directory(), name);
const drover = (...args: string[]) => createProgram().parseAsync(args, { from: 'user' });
async function refused(...args: string[]): Promise<string> {
  try {
    await drover(...args);
    return 'not refused';
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return `${error.exitCode}: ${error.message}`;
  }
}

describe('drover compare', () => {
  it('writes a page and a table', async () => {
    await writeLargeResults(at('second'), SMALL);
    await drover('compare', at('first'), at('second'), '--out', at('page.html'));
    expect(printed).toMatch(/^FIGURE .*MEDIAN first .*MEDIAN second .*DIFFERENCE/);
    expect(printed).toMatch(/^Migration time \(s\) .*0\.000 \[/m);
    expect(printed).toContain('Nothing else differs');
    expect(printed).toContain(`Comparison: ${at('page.html')}`);
    expect(await readFile(at('page.html'), 'utf8')).toContain('<h1>first and second compared</h1>');
  });

  it('names what is wrong with both directories, one sentence a file, and writes nothing', async () => {
    await writeFile(at('first/campaign.json'), '{');
    await truncate(at('first/samples.parquet'), 30);
    const told = await refused('compare', at('first'), at('nowhere'), '--out', at('page.html'));
    const lines = told.split('\n');
    expect(lines).toHaveLength(4);
    expect(lines[0]).toBe(
      `2: ${at('first')} cannot be used: 2 of its files are missing or damaged; nothing was written.`,
    );
    expect(lines[1]).toContain(`${at('first/campaign.json')}: it is not valid JSON. Restore it`);
    expect(lines[2]).toContain(`${at('first/samples.parquet')}: `);
    expect(lines[3]).toBe(`${at('nowhere')}: it does not exist. Check the path; was the directory moved or deleted?`);
    await expect(readFile(at('page.html'))).rejects.toThrow('ENOENT');
  });

  it('refuses what is no result directory', async () => {
    expect(await refused('compare', directory(), at('first/plan.json'))).toMatch(
      /^2: .*: it is not the result directory of a campaign.*\n.*plan\.json: it is a file\. Name the result directory/,
    );
  });
});

describe('drover report', () => {
  it('draws a counter asked for, and refuses one that is not there', async () => {
    await drover('report', at('first'), '--counter', 'made.up5');
    const page = await readFile(at('first/report.html'), 'utf8');
    expect(page.split('made.up5 (1/s)').length).toBeGreaterThan(2);
    expect(await refused('report', at('first'), '--counter', 'made.up9')).toMatch(
      /^2: no counter named made\.up9; there are: cpu\.time, made\.up4, made\.up5, mem\.pss/,
    );
  });

  it('hides names in a page of its own', async () => {
    await drover('report', at('first'), '--anonymise');
    const page = await readFile(at('first/report-anonymised.html'), 'utf8');
    expect(page).toContain('Live-migration campaign campaign');
    expect(page).not.toContain('fixture-staircase');
    await expect(readFile(at('first/report.html'))).rejects.toThrow('ENOENT');
  });

  it('says what is missing', async () => {
    await rm(at('first/ledger.parquet'));
    expect(await refused('report', at('first'))).toMatch(
      /ledger\.parquet: it does not exist\. Restore it from a copy; to do without counters move both/,
    );
  });
});
