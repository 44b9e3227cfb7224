import { Command } from 'commander';
import { renderReport } from '../../report/render-report';
import { readResults, type Results } from '../../store/read-results';
import { writeReport } from '../../store/result-store';
import { StoreError } from '../../store/store-error';
import { CommandError, EXIT } from '../exit';

/** `drover report DIR`: writes report.html again from the files of a result directory. */
export function reportCommand(): Command {
  return new Command('report')
    .description('write report.html again from the files of a result directory')
    .argument('<directory>', 'result directory of one campaign')
    .action(async (directory: string) => {
      const results = await readAll(directory);
      const path = await writeReport(directory, renderReport(results)).catch(asBadInput);
      console.log(`Report: ${path}`);
      if (results.problems.length > 0) {
        throw new CommandError(
          ['The report was written without damaged rows:', ...results.problems].join('\n'),
          EXIT.badInput,
        );
      }
    });
}

async function readAll(directory: string): Promise<Results> {
  try {
    return await readResults(directory);
  } catch (error) {
    if (!(error instanceof AggregateError)) return asBadInput(error);
    const problems = error.errors.map((each) => (each instanceof Error ? each.message : String(each)));
    throw new CommandError([`${error.message}; no report was written.`, ...problems].join('\n'), EXIT.badInput, {
      cause: error,
    });
  }
}

function asBadInput(error: unknown): never {
  if (error instanceof StoreError) throw new CommandError(error.message, EXIT.badInput, { cause: error });
  throw error;
}
