import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { formatProblems } from '../campaign/spec/problems';
import { parseSiteFile, type Site } from '../campaign/spec/site-file';

/** A site file that cannot be used; the message names every problem with its place. */
export class SiteFileError extends Error {
  override readonly name = 'SiteFileError';
}

/**
 * Reads the site file (`$DROVER_SITES`, else `./sites.yaml`, which may be missing) and those of the labs that are up on this machine.
 * @throws SiteFileError
 */
export async function loadSites(home: string): Promise<Readonly<Record<string, Site>>> {
  const named = process.env['DROVER_SITES'];
  const file = resolve(named ?? 'sites.yaml');
  const files = [...(named !== undefined || existsSync(file) ? [file] : []), ...(await labSiteFiles(home))];
  const sites: Record<string, Site> = {};
  for (const path of files) {
    const text = await readFile(path, 'utf8').catch((error: unknown) => {
      throw new SiteFileError(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    });
    const parsed = parseSiteFile(text, path, dirname(path));
    if (!parsed.ok) throw new SiteFileError(formatProblems(parsed.problems));
    for (const [name, site] of Object.entries(parsed.sites)) {
      if (name in sites)
        throw new SiteFileError(
          `${path}: sites.${name}: a site of this name is already in another site file; rename one of them`,
        );
      sites[name] = site;
    }
  }
  return sites;
}

async function labSiteFiles(home: string): Promise<readonly string[]> {
  const labs = join(home, 'labs');
  const names = existsSync(labs) ? await readdir(labs) : [];
  return names.map((name) => join(labs, name, 'site.yaml')).filter((path) => existsSync(path));
}
