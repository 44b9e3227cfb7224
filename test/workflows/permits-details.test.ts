import type { PermitsView } from '../../campaign/contract/permits';
import { renderPermits } from '../../workflows/permits-details';

const shown = (vm: string) => ({
  requestId: vm,
  holder: vm,
  campaignId: 'a|b',
  actionId: '1',
  vm,
  from: 'h1',
  to: 'h2',
  sinceMs: Date.UTC(2026, 0, 1, 10, 20, 30),
});
const waiter = (vm: string, position: number) => ({ ...shown(vm), position, reason: `${String(position - 1)} wait` });

function render(holders: number, foreign: number, waiting: number): readonly string[] {
  const view: PermitsView = {
    site: 'lab',
    limitPerHost: 4,
    lookedAtMs: 1,
    holders: Array.from({ length: holders }, (_, index) => shown(`held${String(index)}`)),
    foreign: Array.from({ length: foreign }, (_, index) => ({ vm: `foreign${String(index)}`, from: 'h1' })),
    waiting: Array.from({ length: waiting }, (_, index) => waiter(`waits${String(index)}`, index + 1)),
  };
  return renderPermits(view).split('\n');
}

const rows = (lines: readonly string[], state: string) =>
  lines.filter((line) => line.startsWith(`- **${state}**`)).length;

describe('renderPermits', () => {
  it('says who runs, who waits and why', () => {
    expect(render(1, 1, 1)).toEqual([
      'Migrations on site **lab**: 1 with a permit, 1 started by others, 1 waiting. At most 4 at a time on one host.',
      '',
      '- **runs**: held0 h1 to h2, campaign a|b, since 2026-01-01 10:20:30 UTC',
      '- **runs**: foreign0 h1 to ?, started by someone else',
      '- **waits**, 1 in its queue: waits0 h1 to h2, campaign a|b, since 2026-01-01 10:20:30 UTC: 0 wait',
    ]);
  });

  it('is one line when nothing runs', () => {
    expect(render(0, 0, 0)).toHaveLength(1);
  });

  it.each([
    [30, 0, 0, 20, 0],
    [0, 0, 30, 0, 20],
    [30, 5, 30, 10, 10],
    [3, 1, 100, 4, 16],
    [100, 0, 3, 17, 3],
  ])('shows 20 rows of %i held, %i foreign and %i waiting, and how many more there are', (...numbers) => {
    const [holders, foreign, waiting, runs, waits] = numbers;
    const lines = render(holders, foreign, waiting);
    expect([rows(lines, 'runs'), rows(lines, 'waits')]).toEqual([runs, waits]);
    expect(lines.at(-1)).toContain(`${String(holders + foreign + waiting - 20)} more`);
  });
});
