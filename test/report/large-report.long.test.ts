import { renderReport } from '../../report/render-report';
import { readResults } from '../../store/read-results';
import { useTemporaryDirectory } from '../store/temporary-directory';
import { FOUR_MILLION, writeLargeResults } from './large-results';

jest.setTimeout(180_000);

const directory = useTemporaryDirectory();
const LARGEST_BYTES = 5_000_000;

it('fits 4 million samples into 5 MB, and says how they are drawn', async () => {
  const samples = await writeLargeResults(directory(), FOUR_MILLION);
  expect(samples).toBeGreaterThanOrEqual(3_900_000);
  const page = renderReport(await readResults(directory()));
  expect(Buffer.byteLength(page)).toBeLessThan(LARGEST_BYTES);
  expect(page).toContain('drawn as one point for 7 ticks');
  expect(page).toContain('8 more hosts with fewer migrations');
  expect(page).toContain('0 are unaccounted');
});
