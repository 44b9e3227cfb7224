import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { compareCampaigns } from '../../report/compare/compare-campaigns';
import { renderComparison } from '../../report/compare/render-comparison';
import { renderReport } from '../../report/render-report';
import { findChromium } from './find-chromium';
import { fixture, fixtureOf } from './fixture';
import { madeCounters, madeLedger } from './made-counters';

jest.setTimeout(180_000);

const ARGUMENTS = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'];
const WIDTHS = [390, 800, 1280] as const;
const executablePath = findChromium();
const group =
  executablePath === null ? 'a report in a browser (not here: no Chromium on PATH)' : 'a report in a browser';

/** Runs in the page. @returns pairs of texts of the charts whose boxes overlap, and texts that a chart cuts off */
const BAD_TEXTS = `(() => {
  const shown = (box) => box.width > 0 && box.height > 0;
  const meet = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
  return [...document.querySelectorAll('.chart svg')].flatMap((svg) => {
    const edge = svg.getBoundingClientRect();
    const boxes = [...svg.querySelectorAll('text')].map((text) => [text.textContent, text.getBoundingClientRect()]);
    const seen = boxes.filter(([, box]) => shown(box));
    const cut = seen.filter(([, box]) => box.left < edge.left - 2 || box.right > edge.right + 2 ||
      box.top < edge.top - 2 || box.bottom > edge.bottom + 2);
    const pairs = seen.flatMap(([one, a], at) =>
      seen.slice(at + 1).filter(([, b]) => meet(a, b)).map(([other]) => one + ' / ' + other));
    return [...pairs, ...cut.map(([text]) => 'cut off: ' + text)];
  });
})()`;

/** Runs in the page. @returns how many drawings there are and how many of them can be seen */
const DRAWINGS = `(() => {
  const all = [...document.querySelectorAll('.chart')];
  return [all.length, all.flatMap((chart) => [...chart.children]).filter((each) => each.clientHeight > 0).length];
})()`;

const PAGES: readonly (readonly [name: string, render: () => string])[] = [
  ['a report', () => renderReport({ ...fixture(), counters: madeCounters(), ledger: madeLedger() })],
  ['a report of 500 migrations', () => renderReport(fixtureOf(500))],
  [
    'a comparison',
    () => renderComparison(compareCampaigns({ first: fixture(), second: fixtureOf(70), names: ['first', 'second'] })),
  ],
];

(executablePath === null ? describe.skip : describe)(group, () => {
  const folder = mkdtempSync(join(tmpdir(), 'drover-report-'));
  let browser: Browser;

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: executablePath ?? '', args: ARGUMENTS });
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function open(name: string, content: string) {
    const file = join(folder, `${name.replaceAll(' ', '-')}.html`);
    writeFileSync(file, content);
    const page = await browser.newPage();
    const requested: string[] = [];
    const complaints: string[] = [];
    page.on('request', (request) => requested.push(request.url()));
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(`file://${file}`);
    return { page, file, requested, complaints };
  }

  const evaluate = <R>(page: Page, script: string): Promise<R> => page.evaluate<R>(script);

  it.each(PAGES)(
    '%s loads nothing, complains of nothing and fits every width without overlapping texts',
    async (name, render) => {
      const { page, file, requested, complaints } = await open(name, render());
      expect(requested).toEqual([`file://${file}`]);
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 900 });
        expect(await evaluate<number>(page, 'document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
        expect(await evaluate<string[]>(page, BAD_TEXTS)).toEqual([]);
        const [charts, seen] = await evaluate<[number, number]>(page, DRAWINGS);
        expect(charts).toBeGreaterThan(0);
        expect(seen).toBe(charts);
      }
      expect(complaints).toEqual([]);
      await page.close();
    },
  );

  it('names every axis with its unit', async () => {
    const { page } = await open('labels', PAGES[0]?.[1]() ?? '');
    const texts = await page.locator('.wide svg text').allTextContents();
    for (const label of [
      'Migration time (s)',
      'Blackout (ms)',
      'Migrations in run order (number)',
      'Share of migrations at or below (%)',
      'Time from time zero (h:mm:ss)',
      'Lateness (ms)',
      'CPU (cores)',
      'Memory (GiB)',
      'Network, veth0 (MiB/s)',
      'VMs on the host (count)',
      'Host h1: offset (ms)',
    ])
      expect(texts).toContain(label);
    await page.close();
  });

  it.each(['dark', 'light'] as const)(
    'draws ink that stands out of the paper when the reader prefers %s',
    async (colorScheme) => {
      const { page } = await open(colorScheme, PAGES[0]?.[1]() ?? '');
      await page.emulateMedia({ colorScheme });
      const brightness = await evaluate<[number, number]>(
        page,
        `[getComputedStyle(document.querySelector('.wide svg text')).fill, getComputedStyle(document.body).backgroundColor]
        .map((color) => color.match(/\\d+/g).slice(0, 3).reduce((sum, part) => sum + Number(part), 0))`,
      );
      expect(Math.sign(brightness[0] - brightness[1])).toBe(colorScheme === 'dark' ? 1 : -1);
      expect(Math.abs(brightness[0] - brightness[1])).toBeGreaterThan(400);
      await page.close();
    },
  );

  it('prints long tables whole', async () => {
    const { page } = await open('print', PAGES[1]?.[1]() ?? '');
    await page.emulateMedia({ media: 'print' });
    const hidden = `[...document.querySelectorAll('.scroll')].filter((box) => box.scrollHeight > box.clientHeight + 2).length`;
    expect(await evaluate<number>(page, hidden)).toBe(0);
    await page.close();
  });
});
