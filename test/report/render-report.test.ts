import { renderReport } from '../../report/render-report';
import { fixture, fixtureOf } from './fixture';

const HOSTILE = `<script>alert("1")</script>&'`;

function section(page: string, label: string): string {
  return page.split(`aria-label="${label}"`)[1]?.split('</table>')[0] ?? '';
}

const bodyRows = (table: string): number => (table.split('<tbody>')[1] ?? '').split('<tr').length - 1;

describe('renderReport', () => {
  const page = renderReport(fixture());

  it('loads nothing and runs nothing', () => {
    expect(page).not.toMatch(/<script|<link|<img|<iframe|@import|url\(/i);
    expect(page.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:/i);
  });

  it('shows every row, the failed ones in place with their error', () => {
    const migrations = section(page, 'Migrations');
    expect(bodyRows(migrations)).toBe(7);
    expect(migrations).toMatch(/failed.*Connection refused.*not-converged.*deadline of 20 s/s);
    expect(bodyRows(section(page, 'Timeline of actions'))).toBe(8);
    expect(bodyRows(section(page, 'Silences and probes of each target'))).toBe(7);
    expect(bodyRows(section(page, 'Hosts'))).toBe(3);
    expect(bodyRows(section(page, 'Virtual machines'))).toBe(4);
  });

  it('keeps placement apart and out of the statistics', () => {
    expect(bodyRows(section(page, 'Placement and migrations started by others'))).toBe(1);
    expect(page).toContain('7 live migrations on site lab');
  });

  it('says what is emulated, censored, ambiguous and below noise', () => {
    expect(page).toContain('Emulated site: figures show shapes only.');
    expect(page).toMatch(/&gt;\u202f20\.004|>\u202f20\.004/);
    expect(page).toContain('Migration time, recovered from records');
    expect(page).toContain('Blackout, ambiguous, from worker');
    expect(page).toContain('not distinguishable from the noise floor');
    const { campaign, ...rest } = fixture();
    expect(renderReport({ ...rest, campaign: { ...campaign, emulated: false } })).not.toContain('Emulated site');
  });

  it('draws one place per migration, labelled, with colours that follow light and dark', () => {
    const chart = page.split('aria-label="Migration time and blackout')[1]?.split('</svg>')[0] ?? '';
    for (const text of ['Migration time (s)', 'Blackout (ms)', 'Migrations in run order (number)', 'h1 \u2192 h2']) {
      expect(chart).toContain(text);
    }
    expect(chart).toContain('var(--ink)');
    expect(chart).not.toMatch(/(fill|stroke)="(#|rgb|black)/);
  });

  it('draws every chart for three widths, and colours all of them by the style sheet', () => {
    for (const chart of page.split('<div class="chart"').slice(1)) {
      expect(chart.match(/<div class="(wide|medium|narrow)">/g)).toHaveLength(3);
      expect(chart).not.toMatch(/(fill|stroke)="(#|rgb|black)/);
    }
  });

  it('says what it leaves out of drawings and tables where there are very many migrations', () => {
    const many = renderReport(fixtureOf(1600));
    expect(many).toContain('1500 of the 1600 migrations are drawn');
    expect(many).toContain('1500 of 1600 actions are drawn');
    expect(many).toContain('The first 1000 of 1600 rows; all are in migrations.csv');
    expect(many).toContain('1600 live migrations');
    expect(many.length).toBeLessThan(5_000_000);
  });

  it('puts failures together by what they have in common', () => {
    const failures = section(renderReport(fixtureOf(14)), 'Failures');
    expect(bodyRows(failures)).toBe(2);
    expect(failures).toMatch(/failed.*2.*Connection refused.*migrate-3 \(g3\), migrate-10 \(g3\)/s);
  });

  it('shows clocks, and what it cannot show', () => {
    expect(bodyRows(section(page, 'Clocks'))).toBe(7);
    expect(page).toContain('the site has no counters, so nothing was sampled');
    expect(page).toContain('there is no ledger');
    expect(page).not.toContain('samples.parquet');
  });

  it('escapes everything that users, hosts and hypervisors named', () => {
    const input = fixture();
    const nasty = renderReport({
      ...input,
      campaign: {
        ...input.campaign,
        campaign: HOSTILE,
        site: HOSTILE,
        hypervisor: HOSTILE,
        failure: HOSTILE,
        outcome: 'failed',
        machine: { [HOSTILE]: HOSTILE },
        inventory: { hosts: [{ name: HOSTILE, cpuModel: HOSTILE, versions: { [HOSTILE]: HOSTILE } }], vms: [] },
      },
      migrations: input.migrations.map((row) => ({ ...row, vm: HOSTILE, from: HOSTILE, to: HOSTILE, error: HOSTILE })),
      actions: input.actions.map((row) => ({ ...row, action: HOSTILE, vm: HOSTILE, outcome: HOSTILE })),
      silences: input.silences.map((row) => ({ ...row, target: HOSTILE, vantage: HOSTILE })),
      probes: input.probes.map((row) => ({ ...row, target: HOSTILE, vantage: HOSTILE })),
      problems: [HOSTILE],
    });
    expect(nasty).not.toContain('<script');
    expect(nasty).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;&#39;');
  });

  it('says "not available" and why instead of showing empty columns', () => {
    const { campaign, ...input } = fixture();
    const { prober: _prober, background: _background, ...unprobed } = campaign;
    const bare = renderReport({
      ...input,
      campaign: { ...unprobed, inventory: null },
      silences: [],
      probes: [],
      migrations: input.migrations.map((row) => ({
        ...row,
        vantage: null,
        blackout_ms: null,
        blackout_low_ms: null,
        blackout_high_ms: null,
        blackout_located_by: null,
        blackout_gap: 'no prober ran',
        noise_floor_ms: null,
        lost_ms: null,
        brownout_ms: null,
      })),
    });
    expect(bare).toMatch(/Not available: .*<b>Blackout, Blackout bounds[^<]*<\/b>\s*\(no prober ran\)/s);
    expect(bare).toContain('nothing was probed');
    expect(bare).toContain('the campaign ended before its inventory was taken');
  });

  it('renders a campaign that ended before anything moved', () => {
    const input = fixture();
    const { timeZero: _zero, outcome: _outcome, ...campaign } = input.campaign;
    const empty = renderReport({ ...input, campaign, migrations: [], actions: [], silences: [], probes: [] });
    expect(empty).toContain('Not finished.');
    expect(empty).toContain('No migration of the plan was recorded');
    expect(empty).toContain('No action was recorded.');
  });

  it('is the same page each time', () => {
    expect(renderReport(fixture())).toBe(page);
  });
});
