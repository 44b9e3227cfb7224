import type { ActionRow, MigrationRow } from '../../store/types';
import { MARKS, type Mark } from '../chart/marks';

/** One action of the plan as the timeline draws it; times UTC ms, null where there is none. */
export interface TimelineItem {
  readonly action: string;
  readonly lane: string;
  readonly due: number | null;
  readonly effectiveDue: number | null;
  readonly requested: number | null;
  readonly finished: number | null;
  readonly latenessMs: number | null;
  /** For its permit. */
  readonly waitedMs: number | null;
  readonly mark: Mark;
}

/** What lanes are: one for each VM, or where there are too many, one for each host that VMs go to. */
export interface Timeline {
  readonly by: 'VM' | 'target host';
  readonly lanes: readonly string[];
  readonly items: readonly TimelineItem[];
  /** Actions in lanes that are not drawn, because there are too many of those too. */
  readonly left: number;
}

/** The lane of actions that are about no VM. */
export const PLAN_LANE = 'plan';

const MOST_LANES = 40;

/** Puts all actions of the plan into lanes, with what is known of their migrations. */
export function timelineItems(actions: readonly ActionRow[], migrations: readonly MigrationRow[]): Timeline {
  const rows = new Map(migrations.filter(({ kind }) => kind === 'migrate').map((row) => [row.action, row]));
  const vms = new Set(actions.flatMap(({ vm }) => vm ?? []));
  const by = vms.size <= MOST_LANES ? 'VM' : 'target host';
  const items = actions.map((action): TimelineItem => {
    const row = rows.get(action.action);
    const about = by === 'VM' ? action.vm : action.to;
    return {
      action: action.action,
      lane: about ?? PLAN_LANE,
      due: action.due,
      effectiveDue: action.effective_due,
      requested: row === undefined ? action.happened : row.requested,
      finished: row?.finished ?? null,
      latenessMs: action.lateness_ms,
      waitedMs: row?.waited_ms ?? null,
      mark: markOf(action, row),
    };
  });
  const lanes = lanesOf(items);
  const drawn = items.filter(({ lane }) => lanes.includes(lane));
  return { by, lanes, items: drawn, left: items.length - drawn.length };
}

function lanesOf(items: readonly TimelineItem[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { lane } of items) counts.set(lane, (counts.get(lane) ?? 0) + 1);
  const others = [...counts.keys()].filter((lane) => lane !== PLAN_LANE);
  const most = others.sort((a, b) => (counts.get(b) ?? 0) - (counts.get(a) ?? 0)).slice(0, MOST_LANES);
  const inOrder = most.sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  return counts.has(PLAN_LANE) ? [...inOrder, PLAN_LANE] : inOrder;
}

function markOf({ kind, outcome }: ActionRow, row: MigrationRow | undefined): Mark {
  switch (outcome) {
    case 'not-converged':
      return MARKS.censored;
    case 'failed':
    case 'cancelled':
      return MARKS.failed;
    case 'missed':
    case 'skipped':
    case 'no-op':
      return MARKS.never;
    default:
      if (kind !== 'migrate') return MARKS.other;
      return row?.provenance === 'recovered' ? MARKS.recovered : MARKS.observed;
  }
}
