import { compareFigures } from '../../report/compare/compare-figures';
import { isClear, type ComparedFigure } from '../../report/compare/compare-input';
import { findDifferences } from '../../report/compare/find-differences';
import { formatComparison } from '../../report/compare/format-comparison';
import { compareCampaigns } from '../../report/compare/compare-campaigns';
import { renderComparison } from '../../report/compare/render-comparison';
import { fixture, fixtureOf } from './fixture';

const HOSTILE = `<script>alert("1")</script>&'`;

function requireFigure(figure: ComparedFigure | undefined): ComparedFigure {
  if (figure === undefined) throw new Error('there is no such figure');
  return figure;
}

function slower(count: number, byMs: number) {
  const input = fixtureOf(count);
  return {
    ...input,
    migrations: input.migrations.map((row) => ({
      ...row,
      migration_ms: row.migration_ms === null ? null : row.migration_ms + byMs,
    })),
  };
}

describe('compareFigures', () => {
  it('compares observed times and certain blackouts only', () => {
    const { migrations } = fixture();
    const [time, blackout] = compareFigures(migrations, migrations);
    expect(time).toMatchObject({ title: 'Migration time', unit: 's' });
    // seven moves: one failed, one did not converge, one was recovered
    expect(time?.summaries[0]).toMatchObject({ n: 4, failed: 1, censored: 1 });
    // and of the four one blackout is ambiguous
    expect(blackout?.values[0]).toEqual([243.4, 261.9, 46.3]);
    expect(time?.difference).toMatchObject({ difference: 0, interval: null });
  });

  it('finds what was added', () => {
    const [time] = compareFigures(fixtureOf(70).migrations, slower(70, 5000).migrations);
    expect(time?.difference?.difference).toBeCloseTo(5, 9);
    expect(isClear(time?.difference?.interval ?? null)).toBe(true);
    expect(formatComparison(requireFigure(time))).toMatchObject({ difference: '+5.000' });
  });

  it('has nothing to say of campaigns without migrations', () => {
    expect(compareFigures([], [])).toEqual([]);
    const [only] = compareFigures(fixture().migrations, []);
    expect(only?.difference).toBeNull();
    expect(formatComparison(requireFigure(only)).medians[1]).toBeNull();
  });
});

describe('findDifferences', () => {
  it('finds none between a campaign and itself', () => {
    expect(findDifferences(fixture(), fixture())).toEqual([]);
  });

  it('names what is not the same in spec, versions, machine and prober', () => {
    const { campaign, ...rest } = fixture();
    const { prober: _prober, ...unprobed } = campaign;
    const other = {
      ...rest,
      campaign: {
        ...unprobed,
        spec: { site: 'lab', options: { bandwidth: '1 GiB/s', hosts: ['h1', 'h2'] } },
        machine: { ...campaign.machine, memoryBytes: 16 * 1024 ** 3 },
      },
    };
    expect(findDifferences(fixture(), other)).toEqual([
      { what: 'probe period (ms)', first: '5', second: null },
      { what: 'prompt limit (ms)', first: '10', second: null },
      { what: 'prober: memory locked', first: 'true', second: null },
      { what: 'prober: real-time priority', first: 'false', second: null },
      { what: 'worker\u2019s machine: memory', first: '8 GiB', second: '16 GiB' },
      { what: 'spec: options.bandwidth', first: null, second: '"1 GiB/s"' },
      { what: 'spec: options.hosts', first: null, second: '["h1","h2"]' },
    ]);
  });
});

describe('renderComparison', () => {
  it('shows figures, distributions, outcomes and what differs, runs nothing and loads nothing', () => {
    const page = renderComparison(
      compareCampaigns({ first: fixtureOf(70), second: slower(70, 5000), names: ['before', 'after'] }),
    );
    expect(page).toContain('+5.000 s');
    expect(page).toContain('a difference beyond chance');
    expect(page).toContain('Nothing: same spec');
    expect(page).toMatch(/Both sites are\s+emulated/);
    expect(page).not.toMatch(/<script|<link|<img|<iframe|@import|url\(/i);
    expect(
      renderComparison(
        compareCampaigns({ first: fixtureOf(70), second: slower(70, 5000), names: ['before', 'after'] }),
      ),
    ).toBe(page);
  });

  it('escapes names', () => {
    const { campaign, ...rest } = fixture();
    const nasty = { ...rest, campaign: { ...campaign, site: HOSTILE, spec: { [HOSTILE]: HOSTILE } } };
    expect(
      renderComparison(compareCampaigns({ first: nasty, second: fixture(), names: [HOSTILE, 'b'] })),
    ).not.toContain('<script');
  });
});
