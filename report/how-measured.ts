import type { CampaignRecord, ProbeSummaryRow } from '../store/types';
import { formatDuration, formatNumber } from './format-figure';
import { html, type Html } from './html';
import type { ReportInput } from './report-input';

/** Definitions, prober, clocks and provenance: what a reviewer asks first. */
export function howMeasured({ campaign, probes }: ReportInput): Html {
  return html`<dl>
    <dt>Migration time</dt>
    <dd>
      From sending the request to receiving its success, on one monotonic clock of the worker. A value recovered from
      the hypervisor’s records, because the worker was away or heard of the end more than 1 s late, is marked and
      summarised apart.
    </dd>
    <dt>Silence</dt>
    <dd>
      From sending the first probe that got no prompt answer until the next answer arrives${prompt(campaign)}. Its lower
      and upper bound include the prober’s own send lateness.
    </dd>
    <dt>Blackout</dt>
    <dd>
      The silence that contains the switch-over: located by the jump of the guest’s clock, else by the hypervisor’s
      events, else marked ambiguous. Lost: the part of it whose probes were never answered. Guest stop: the jump of the
      guest’s clock. Host silent: the part of it in which the source or target host did not answer its probes either, so
      that a host or the network may have added to it. Brownout: all other silences from the request until 5 s after the
      finish.
    </dd>
    <dt>Noise floor</dt>
    <dd>${background(campaign)} A blackout below it is marked †: it cannot be distinguished from noise.</dd>
    <dt>Collateral</dt>
    <dd>Silences of VMs that were not migrating while another one was.</dd>
    <dt>Downtime</dt>
    <dd>What the hypervisor itself reports; never mixed with the blackout.</dd>
    <dt>Failed and censored</dt>
    <dd>
      Failed migrations are counted, and no time of theirs is averaged. A migration stopped at its deadline is censored:
      its true time is longer than what was seen, so it is counted and plotted, never averaged.
    </dd>
    <dt>Statistics</dt>
    <dd>
      Standard deviation of the sample (n − 1). The interval of the median is a percentile bootstrap (2000 resamples,
      fixed seed) from 5 values on; p95 from 20 values on.
    </dd>
    <dt>Lateness</dt>
    <dd>Actual request minus effective due, where effective due is the plan’s time plus postponements and pauses.</dd>
    <dt>Prober</dt>
    <dd>${prober(campaign)}</dd>
    <dt>Send lateness</dt>
    <dd>${sendLateness(probes.filter(({ vantage }) => !(campaign.vantages ?? []).includes(vantage)))}</dd>
    <dt>Clocks</dt>
    <dd>
      ${campaign.prober === undefined ? null : `Prober: ${campaign.prober.clock}. `}Offsets are from time zero; the
      tables hold UTC with milliseconds. No duration mixes two clocks.
    </dd>
  </dl>`;
}

const prompt = ({ prober: run }: CampaignRecord): string =>
  run === undefined ? '' : ` (prompt: within ${formatDuration(run.promptMs)})`;

function background({ background: span }: CampaignRecord): string {
  if (span === undefined) return 'Not available: no background was recorded.';
  return `A VM\u2019s longest silence in the background before its first migration; the background lasted ${formatDuration(span.until - span.from)}.`;
}

function prober({ prober: run, vantages = [] }: CampaignRecord): string {
  if (run === undefined) return 'Not available: no prober ran, so there are no silences and no blackouts.';
  const locked = run.locked ? 'memory locked' : 'memory not locked';
  const realtime = run.realtime ? 'real-time priority' : 'no real-time priority';
  const further =
    vantages.length === 0 ? '' : ` The same is sent from ${vantages.join(', ')}; each vantage is judged by itself.`;
  return `One probe every ${formatDuration(run.periodMs)} to each target, sent on an open-loop grid; ${locked}, ${realtime}.${further}`;
}

function sendLateness(probes: readonly ProbeSummaryRow[]): string {
  const largest = probes.flatMap((row) => row.send_lateness_max_ms ?? []);
  const p99 = probes.flatMap((row) => row.send_lateness_p99_ms ?? []);
  if (largest.length === 0) return 'Not available: no probe was recorded.';
  const usual = p99.length === 0 ? '' : ` (99th percentile at worst ${formatNumber(Math.max(...p99), 1)} ms)`;
  return `How late the prober itself sent: at most ${formatNumber(Math.max(...largest), 1)} ms${usual}. It widens the bounds of every silence.`;
}
