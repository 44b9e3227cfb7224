import { Command } from 'commander';
import { resolve } from 'node:path';
import { anonymise } from '../../report/anonymise';
import { renderReport } from '../../report/render-report';
import type { Results } from '../../store/read-results';
import { writePage } from '../../store/report-file';
import { CommandError, EXIT } from '../exit';
import { asBadInput, readResultDirectory } from '../read-result-directory';

interface ReportOptions {
  readonly counter: string[];
  readonly anonymise?: true;
  readonly out?: string;
}

/** `drover report DIR`: writes report.html again from the files of a result directory. */
export function reportCommand(): Command {
  return new Command('report')
    .description('write report.html again from the files of a result directory')
    .argument('<directory>', 'result directory of one campaign')
    .option('--counter <name>', 'draw this counter over time too, of hosts and VMs; may be repeated', collect, [])
    .option('--anonymise', 'replace names and addresses; writes report-anonymised.html')
    .option('--out <file>', 'write the page there instead')
    .action(async (directory: string, options: ReportOptions) => {
      const results = await readResultDirectory(directory, options.counter);
      requireCounters(results, options.counter);
      const file = options.out ?? resolve(directory, options.anonymise ? 'report-anonymised.html' : 'report.html');
      const page = renderReport(options.anonymise ? anonymise(results) : results);
      await writePage(file, page).catch((error: unknown) => {
        throw asBadInput(error);
      });
      console.log(`Report: ${file}`);
      if (results.problems.length > 0) {
        throw new CommandError(
          ['The report was written without damaged rows:', ...results.problems].join('\n'),
          EXIT.badInput,
        );
      }
    });
}

const collect = (value: string, before: string[]): string[] => [...before, value];

function requireCounters({ counters }: Results, asked: readonly string[]): void {
  const known = [...new Set(counters?.summaries.map(({ counter }) => counter))];
  const unknown = asked.filter((counter) => !known.includes(counter));
  if (unknown.length === 0) return;
  const there = known.length === 0 ? 'this campaign has no counters' : `there are: ${known.join(', ')}`;
  throw new CommandError(`no counter named ${unknown.join(', ')}; ${there}`, EXIT.badInput);
}
