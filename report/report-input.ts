import type { Counters, Ledger } from '../store/counter-types';
import type {
  ActionRow,
  BlackoutRow,
  CampaignRecord,
  ClockRow,
  MigrationRow,
  ProbeSummaryRow,
  SilenceRow,
  StoredPlan,
} from '../store/types';

/** Everything that a report is made of: the rows of one result directory. */
export interface ReportInput {
  readonly campaign: CampaignRecord;
  readonly plan: StoredPlan;
  readonly migrations: readonly MigrationRow[];
  readonly silences: readonly SilenceRow[];
  readonly probes: readonly ProbeSummaryRow[];
  readonly actions: readonly ActionRow[];
  readonly clocks: readonly ClockRow[];
  readonly blackouts: readonly BlackoutRow[];
  /** Null: the site has no counters, or the campaign has not finished. */
  readonly counters: Counters | null;
  readonly ledger: Ledger | null;
  /** What was wrong with the files the rows come from; shown, one sentence each. */
  readonly problems?: readonly string[];
}
