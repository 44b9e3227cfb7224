import { renderReport } from '../../report/render-report';
import { readResults } from '../../store/read-results';
import { useTemporaryDirectory } from '../store/temporary-directory';
import { writeLargeResults } from './large-results';

jest.setTimeout(120_000);

const directory = useTemporaryDirectory();

it('draws 300,000 samples and 500 migrations in less than 5 MB, and says how', async () => {
  const samples = await writeLargeResults(directory(), {
    hosts: 20,
    vms: 100,
    ticks: 700,
    counters: 12,
    migrations: 500,
  });
  expect(samples).toBeGreaterThan(300_000);
  const page = renderReport(await readResults(directory()));
  expect(Buffer.byteLength(page)).toBeLessThan(5_000_000);
  expect(page).toContain('drawn as one point for 3 ticks (60.0 s)');
  expect(page).toContain('8 more hosts with fewer migrations');
  expect(page).toContain('0 are unaccounted');
  expect(page).toContain('the recorder was away');
  expect(page.split('aria-label="Counters of h')).toHaveLength(13);
});
