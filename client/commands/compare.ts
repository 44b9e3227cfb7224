import { Command } from 'commander';
import { basename, resolve } from 'node:path';
import { compareCampaigns } from '../../report/compare/compare-campaigns';
import type { CompareInput } from '../../report/compare/compare-input';
import { renderComparison } from '../../report/compare/render-comparison';
import { writePage } from '../../store/report-file';
import { CommandError, EXIT } from '../exit';
import { asBadInput, readResultDirectory } from '../read-result-directory';
import { renderComparisonTable } from '../render-comparison-table';

/** `drover compare DIR DIR`: two campaigns side by side, as a page and as a table on the terminal. */
export function compareCommand(): Command {
  return new Command('compare')
    .description('two campaigns side by side: what differs, and by how much figures differ')
    .argument('<first>', 'result directory of one campaign')
    .argument('<second>', 'result directory of another one')
    .option('--out <file>', 'where to write the page', 'comparison.html')
    .action(async (first: string, second: string, { out }: { out: string }) => {
      const comparison = compareCampaigns(await readBoth(first, second));
      const file = resolve(out);
      await writePage(file, renderComparison(comparison)).catch((error: unknown) => {
        throw asBadInput(error);
      });
      process.stdout.write(renderComparisonTable(comparison));
      console.log(`Comparison: ${file}`);
      const problems = [...(comparison.first.problems ?? []), ...(comparison.second.problems ?? [])];
      if (problems.length > 0) {
        throw new CommandError(['Damaged rows were left out:', ...problems].join('\n'), EXIT.badInput);
      }
    });
}

/** Both directories are read before anything is said, so that one run names all that is wrong. */
async function readBoth(first: string, second: string): Promise<CompareInput> {
  const read = await Promise.allSettled([first, second].map((directory) => readResultDirectory(directory)));
  const errors = read.flatMap((each) => (each.status === 'rejected' ? [each.reason as Error] : []));
  const other = errors.find((error) => !(error instanceof CommandError));
  if (other !== undefined) throw other;
  if (errors.length > 0) throw new CommandError(errors.map(({ message }) => message).join('\n'), EXIT.badInput);
  const [one, two] = read.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  if (one === undefined || two === undefined) throw new Error('both directories were read');
  const names = [basename(resolve(first)), basename(resolve(second))] as const;
  return { first: one, second: two, names: names[0] === names[1] ? ['first', 'second'] : [names[0], names[1]] };
}
