import { adoptionTests } from './adoption-tests';
import { counterTests } from './counter-tests';
import { deadlineTests } from './deadline-tests';
import { inventoryTests } from './inventory-tests';
import { migrationTests } from './migration-tests';
import { optionTests } from './option-tests';
import { refusalTests } from './refusal-tests';
import { runningTests } from './running-tests';
import type { SiteUnderTest } from './site-under-test';

/** How the suite runs. */
export interface ConformanceOptions {
  /** Of one test, and of the set-up: give a slow lab more. */
  readonly timeoutMs: number;
  /** The site has `fillHost`. */
  readonly canFillHost: boolean;
}

/**
 * Declares the tests that every driver has to pass, against the real thing. `setUp` runs once; every test leaves the
 * site without a migration.
 */
export function hypervisorConformance(
  name: string,
  setUp: () => Promise<SiteUnderTest>,
  { timeoutMs, canFillHost }: ConformanceOptions,
): void {
  jest.setTimeout(timeoutMs);
  describe(`${name} conforms`, () => {
    let site: SiteUnderTest | undefined;
    const get = (): SiteUnderTest => {
      if (site === undefined) throw new Error('the site was not set up');
      return site;
    };
    beforeAll(async () => {
      site = await setUp();
    });
    afterEach(async () => get().makeQuick());
    afterAll(async () => site?.tearDown());

    describe('inventory', () => {
      inventoryTests(get);
    });
    describe('counters', () => {
      counterTests(get);
    });
    describe('migration', () => {
      migrationTests(get);
    });
    describe('adoption', () => {
      adoptionTests(get);
    });
    describe('running migrations', () => {
      runningTests(get);
    });
    describe('a deadline', () => {
      deadlineTests(get);
    });
    describe('options', () => {
      optionTests(get);
    });
    describe('refusals', () => {
      refusalTests(get, canFillHost);
    });
  });
}
