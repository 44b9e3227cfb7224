import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { formatProblems, type Problem } from './problems';
import { readTextFile } from './read-text-file';
import { parseSiteFile, type Site } from './site-file';

/** A site file that cannot be used; the message names every problem with its place. */
export class SiteFileError extends Error {
  override readonly name = 'SiteFileError';
}

/** A site and the file that describes it. */
export interface FoundSite {
  readonly name: string;
  readonly site: Site;
  /** Absolute path. */
  readonly file: string;
}

/** Every site that can be used, and everything wrong with the files of the others. */
export interface FoundSites {
  readonly sites: readonly FoundSite[];
  readonly problems: readonly Problem[];
}

/**
 * Reads the site file (`siteFile`, else `$DROVER_SITES`, else `./sites.yaml`, which may be missing) and those of the labs
 * that are up on this machine.
 */
export async function findSites(home: string, siteFile?: string): Promise<FoundSites> {
  const fromEnvironment = process.env['DROVER_SITES'];
  const named = siteFile ?? (fromEnvironment === '' ? undefined : fromEnvironment);
  const file = resolve(named ?? 'sites.yaml');
  const sites: FoundSite[] = [];
  const problems: Problem[] = [];
  for (const path of [...(named !== undefined || existsSync(file) ? [file] : []), ...(await labSiteFiles(home))]) {
    const read = await readTextFile(path);
    const parsed = read.ok
      ? parseSiteFile(read.text, path, dirname(path))
      : ({ ok: false, problems: [read.problem] } as const);
    if (!parsed.ok) problems.push(...parsed.problems);
    else for (const [name, site] of Object.entries(parsed.sites)) add({ name, site, file: path }, sites, problems);
  }
  return { sites, problems };
}

/** The same as a record. @throws SiteFileError with every problem of every file */
export async function loadSites(home: string, siteFile?: string): Promise<Readonly<Record<string, Site>>> {
  const { sites, problems } = await findSites(home, siteFile);
  if (problems.length > 0) throw new SiteFileError(formatProblems(problems));
  return Object.fromEntries(sites.map(({ name, site }) => [name, site]));
}

function add(found: FoundSite, sites: FoundSite[], problems: Problem[]): void {
  const other = sites.find(({ name }) => name === found.name);
  if (other === undefined) sites.push(found);
  else
    problems.push({
      path: `sites.${found.name}`,
      message: `a site of this name is in ${other.file} already; rename one of them`,
      file: found.file,
    });
}

async function labSiteFiles(home: string): Promise<readonly string[]> {
  const labs = join(home, 'labs');
  const names = existsSync(labs) ? await readdir(labs) : [];
  return names
    .sort()
    .map((name) => join(labs, name, 'site.yaml'))
    .filter((path) => existsSync(path));
}
