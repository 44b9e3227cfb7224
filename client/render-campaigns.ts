import type { CampaignStatus } from './campaign-status';
import { showTime } from '../campaign/contract/show-figures';
import { formatLength } from './format-time';
import { renderTable } from './render-table';

const LONGEST_NOTE = 100;

/** Campaigns as a table for people, one line each. */
export function renderCampaigns(campaigns: readonly CampaignStatus[], nowMs: number): string {
  if (campaigns.length === 0) return 'no campaign was started on this server yet; "drover run FILE" starts one\n';
  return renderTable([
    ['campaign', 'state', 'started', 'for', 'actions', 'note'],
    ...campaigns.map((campaign) => row(campaign, nowMs)),
  ]);
}

function row(
  { id, state, startedAtMs, endedAtMs, progress, result, failure, problems }: CampaignStatus,
  nowMs: number,
) {
  const phase = progress === null ? state : progress.paused ? 'paused' : progress.phase;
  const counts = progress === null || progress.actionCount === 0 ? '' : `${progress.done} of ${progress.actionCount}`;
  const note = failure ?? problems[0] ?? result?.report ?? '';
  const length = formatLength((endedAtMs ?? nowMs) - startedAtMs);
  return [id, phase, showTime(startedAtMs), length, counts, firstLine(note)];
}

function firstLine(text: string): string {
  const [first = '', ...more] = text.split('\n');
  const cut = first.length > LONGEST_NOTE ? `${first.slice(0, LONGEST_NOTE)}...` : first;
  return more.length > 0 && cut === first ? `${first} ...` : cut;
}
