import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { renderReport } from '../../report/render-report';
import { fixture } from './fixture';

jest.setTimeout(120_000);

const PROGRAMS = ['chromium', 'chromium-browser', 'google-chrome'];
const ARGUMENTS = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'];
const WIDTHS = [390, 900, 1400];

function findBrowser(): string | null {
  const places = (process.env['PATH'] ?? '').split(delimiter);
  const paths = places.flatMap((place) => PROGRAMS.map((program) => join(place, program)));
  return paths.find(isExecutable) ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

const executablePath = findBrowser();
const group =
  executablePath === null ? 'a report in a browser (not here: no Chromium on PATH)' : 'a report in a browser';

/** Runs in the page. @returns pairs of texts of the charts whose boxes overlap */
const OVERLAPPING_TEXTS = `(() => {
  const boxes = [...document.querySelectorAll('svg text')].map((text) => [text.textContent, text.getBoundingClientRect()]);
  const meet = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
  return boxes.flatMap(([one, a], at) =>
    boxes.slice(at + 1).filter(([, b]) => meet(a, b)).map(([other]) => one + ' / ' + other));
})()`;

(executablePath === null ? describe.skip : describe)(group, () => {
  const folder = mkdtempSync(join(tmpdir(), 'drover-report-'));
  const file = join(folder, 'report.html');
  const requested: string[] = [];
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    writeFileSync(file, renderReport(fixture()));
    browser = await chromium.launch({ executablePath: executablePath ?? '', args: ARGUMENTS });
    page = await browser.newPage();
    page.on('request', (request) => requested.push(request.url()));
    await page.goto(`file://${file}`);
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('asks for nothing but itself', () => {
    expect(requested).toEqual([`file://${file}`]);
  });

  it('names every axis with its unit', async () => {
    const texts = await page.locator('svg text').allTextContents();
    expect(texts).toEqual(expect.arrayContaining(['Migration time (s)', 'Blackout (ms)', 'Migrations in run order']));
  });

  it.each(WIDTHS)('fits a window of %i pixels, and no texts of its charts overlap', async (width) => {
    await page.setViewportSize({ width, height: 900 });
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    expect(await page.evaluate<string[]>(OVERLAPPING_TEXTS)).toEqual([]);
  });
});
