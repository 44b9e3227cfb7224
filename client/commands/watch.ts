import { Command } from 'commander';
import { withClient } from '../connect';
import { findCampaign } from '../find-campaign';
import { droverHome } from '../home';
import { follow } from './run';

/** `drover watch ID`: follows a campaign to its end. */
export function watchCommand(): Command {
  return new Command('watch')
    .description('follow a campaign to its end, as "drover run" does; Ctrl-C stops following, the campaign goes on')
    .argument('<id>', 'campaign')
    .option('--csv', 'print samples and actions as CSV to standard output, from the first one on')
    .action(async (id: string, { csv }: { readonly csv?: boolean }) => {
      await withClient(droverHome(), async (client) => {
        const { handle } = await findCampaign(client, id);
        process.exitCode = await follow(handle, csv);
      });
    });
}
