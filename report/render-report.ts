import { abstract } from './abstract';
import { clockSection } from './clocks/clock-section';
import { counterSection } from './counters/counter-section';
import { failureTable } from './failure-table';
import { fileList } from './file-list';
import { formatTime } from './format-figure';
import { howMeasured } from './how-measured';
import { html, type Html } from './html';
import { ledgerSection } from './ledger-section';
import { otherMigrations, plannedMigrations } from './migration-groups';
import { migrationTable } from './migration-table';
import { renderPage } from './page';
import type { ReportInput } from './report-input';
import { silenceTable } from './silence-table';
import { distributions } from './statistics/distributions';
import { groupTable } from './statistics/group-table';
import { runOrderChart } from './statistics/run-order-chart';
import { statisticsTable } from './statistics-table';
import { vantageTable } from './vantage-table';
import { summaryLines } from './summary-lines';
import { timelineSection } from './timeline/timeline-section';
import { whereItRan } from './where-it-ran';

/** A section of the report, in the order of the page. */
interface ReportSection {
  readonly id: string;
  readonly title: string;
  readonly body: (input: ReportInput) => Html;
}

const SECTIONS: readonly ReportSection[] = [
  { id: 'summary', title: 'Summary', body: summarySection },
  { id: 'migrations', title: 'Migration time and blackout', body: migrationSection },
  { id: 'timeline', title: 'Timeline of actions', body: timelineSection },
  { id: 'failures', title: 'Failures', body: ({ migrations }) => failureTable(plannedMigrations(migrations)) },
  { id: 'counters', title: 'Counters', body: counterSection },
  { id: 'ledger', title: 'Completeness of samples', body: ledgerSection },
  { id: 'silences', title: 'Silences', body: silenceSection },
  { id: 'clocks', title: 'Clocks', body: clockSection },
  { id: 'where', title: 'What ran where', body: whereItRan },
  { id: 'how', title: 'How it was measured', body: howMeasured },
  { id: 'files', title: 'Files beside this report', body: fileList },
];

/** Renders a campaign's report: one HTML page without scripts that loads nothing. */
export function renderReport(input: ReportInput): string {
  const { campaign } = input;
  return renderPage({
    title: `Live-migration campaign ${campaign.campaign}`,
    byline: `Site ${campaign.site}, ${campaign.hypervisor}; created ${formatTime(campaign.createdAt)}; drover ${campaign.drover}`,
    opening: html`${banners(input)}
      <p class="abstract">${abstract(input)}</p>
      ${contents()}`,
    sections: SECTIONS.map(({ body, ...section }) => ({ ...section, body: body(input) })),
    footer: html`Run ${campaign.runId}; plan ${campaign.planHash}; drover ${campaign.drover}.
      <code>drover report DIR</code> writes this page again from the files.`,
  });
}

function banners({ campaign, problems = [] }: ReportInput): Html {
  return html`${campaign.emulated ? html`<p class="banner"><b>Emulated site: figures show shapes only.</b> They say nothing about real hosts.</p>` : null}
  ${campaign.outcome === undefined ? html`<p class="banner"><b>Not finished.</b> This report shows what was stored so far.</p>` : null}
  ${campaign.outcome === undefined || campaign.outcome === 'completed' ? null : html`<p class="banner"><b>The campaign was ${campaign.outcome === 'failed' ? 'ended by a failure' : campaign.outcome}.</b>${campaign.failure === undefined ? null : ` ${campaign.failure}`}</p>`}
  ${
    problems.length === 0
      ? null
      : html`<div class="banner">
          <b>Some of the files are damaged; rows may be missing.</b>
          <ul>
            ${problems.map((problem) => html`<li>${problem}</li>`)}
          </ul>
        </div>`
  }`;
}

function contents(): Html {
  return html`<nav aria-label="Contents">
    ${SECTIONS.map(({ id, title }) => html`<a href="#${id}">${title}</a> `)}
  </nav>`;
}

function summarySection({ migrations }: ReportInput): Html {
  const planned = plannedMigrations(migrations);
  if (planned.length === 0) return html`<p class="note">Not available: no migration of the plan was recorded.</p>`;
  return html`${statisticsTable(summaryLines(migrations))} ${groupTable(planned)}`;
}

function migrationSection({ campaign, migrations, blackouts }: ReportInput): Html {
  const planned = plannedMigrations(migrations);
  const other = otherMigrations(migrations);
  const marked = planned.some((row) => row.blackout_below_noise === true);
  return html`${
    planned.length === 0
      ? html`<p class="note">No migration of the plan was recorded.</p>`
      : html`${runOrderChart(planned)}
          <h3>Distribution</h3>
          ${distributions(planned)}
          <h3>Each migration</h3>
          ${migrationTable('Migrations', planned, campaign)}
          <p class="note">
            Due is counted from time zero.${marked ? ' \u2020 not distinguishable from the noise floor.' : null}
          </p>
          ${vantageTable(planned, blackouts)}`
  }
  ${
    other.length === 0
      ? null
      : html`<h3>Placement and migrations started by others</h3>
          <p class="note">In no statistic above.</p>
          ${migrationTable('Placement and migrations started by others', other, campaign)}`
  }`;
}

function silenceSection({ silences, probes }: ReportInput): Html {
  if (silences.length === 0 && probes.length === 0) {
    return html`<p class="note">Not available: nothing was probed, so there is neither silence nor blackout.</p>`;
  }
  return html`${silenceTable(silences, probes)}
    <p class="note">
      The longest background silence of a VM is its noise floor. Collateral: while it was not migrating itself and
      another VM was.
    </p>`;
}
