import { abstract } from './abstract';
import { actionTable } from './action-table';
import { fileList } from './file-list';
import { formatTime } from './format-figure';
import { howMeasured } from './how-measured';
import { html, Html } from './html';
import { migrationCharts } from './migration-chart';
import { otherMigrations, plannedMigrations } from './migration-groups';
import { migrationTable } from './migration-table';
import type { ReportInput } from './report-input';
import { silenceTable } from './silence-table';
import { statisticsTable } from './statistics-table';
import { STYLESHEET } from './stylesheet';
import { summaryLines } from './summary-lines';
import { whereItRan } from './where-it-ran';

/** Renders a campaign's report: one HTML page without scripts that loads nothing. */
export function renderReport(input: ReportInput): string {
  const { campaign } = input;
  const title = `Live-migration campaign ${campaign.campaign}`;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <style>
          ${new Html(STYLESHEET)}
        </style>
      </head>
      <body>
        <main>
          <h1>${title}</h1>
          <p class="byline">
            Site ${campaign.site}, ${campaign.hypervisor}; created ${formatTime(campaign.createdAt)}; drover
            ${campaign.drover}
          </p>
          ${banners(input)}
          <p class="abstract">${abstract(input)}</p>
          ${migrationSections(input)}
          <h2>Silences</h2>
          ${silenceSection(input)}
          <h2>Timeline of actions</h2>
          ${actionTable(input.actions, input.plan, campaign)}
          <h2>What ran where</h2>
          ${whereItRan(input)}
          <h2>How it was measured</h2>
          ${howMeasured(input)}
          <h2>Files beside this report</h2>
          ${fileList()}
          <footer>
            Run ${campaign.runId}; plan ${campaign.planHash}; drover ${campaign.drover}.
            <code>drover report DIR</code> writes this page again from the files.
          </footer>
        </main>
      </body>
    </html> `.markup;
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

function migrationSections({ campaign, migrations }: ReportInput): Html {
  const planned = plannedMigrations(migrations);
  const other = otherMigrations(migrations);
  const lines = summaryLines(migrations);
  const marked = planned.some((row) => row.blackout_below_noise === true);
  return html`${
    planned.length === 0
      ? null
      : html`<h2>Migration time and blackout</h2>
          ${migrationCharts(planned)}
          <h2>Summary statistics</h2>
          ${statisticsTable(lines)}
          <h2>Migrations</h2>
          ${migrationTable('Migrations', planned, campaign)}
          <p class="note">
            Due is counted from time zero.${marked ? ' \u2020 not distinguishable from the noise floor.' : null}
          </p>`
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
