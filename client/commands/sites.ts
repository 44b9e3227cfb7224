import { Command } from 'commander';
import { findSites } from '../../campaign/spec/load-sites';
import { formatProblems } from '../../campaign/spec/problems';
import { CommandError, EXIT } from '../exit';
import { droverHome } from '../home';
import { renderSites, sitesAsJson } from '../render-sites';

/** `drover sites`: what a spec can name as its site on this machine. */
export function sitesCommand(): Command {
  return new Command('sites')
    .description('the sites that a spec can name: those of the site file and the labs of this machine')
    .option('--site-file <file>', 'site file (else $DROVER_SITES, else ./sites.yaml)')
    .option('--json', 'print them as JSON')
    .action(async ({ siteFile, json }: { siteFile?: string; json?: boolean }) => {
      const { sites, problems } = await findSites(droverHome(), siteFile);
      if (json === true) process.stdout.write(`${JSON.stringify({ sites: sitesAsJson(sites), problems }, null, 2)}\n`);
      else if (sites.length > 0 || problems.length === 0) process.stdout.write(renderSites(sites));
      if (problems.length > 0) throw new CommandError(formatProblems(problems), EXIT.badInput);
    });
}
