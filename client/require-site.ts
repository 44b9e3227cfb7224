import { loadSites, SiteFileError } from '../campaign/spec/load-sites';
import { nearestName } from '../campaign/spec/nearest-name';
import { CommandError, EXIT } from './exit';

/** Makes sure that a site file (or a lab of this machine) has a site. @throws CommandError (exit code 2) */
export async function requireSite(home: string, site: string, siteFile: string | undefined): Promise<void> {
  const sites = await loadSites(home, siteFile).catch((error: unknown) => {
    if (error instanceof SiteFileError) throw new CommandError(error.message, EXIT.badInput, { cause: error });
    throw error;
  });
  const known = Object.keys(sites);
  if (known.includes(site)) return;
  const nearest = nearestName(site, known);
  throw new CommandError(
    `site: there is no site ${site}; known: ${known.join(', ') || 'none'}${nearest === undefined ? '' : ` (did you mean "${nearest}"?)`}`,
    EXIT.badInput,
  );
}
