// Old Node versions must be able to parse this file: var, functions and string concatenation only.
import { readFileSync } from 'fs';

/**
 * The remedy when this Node is older than package.json's `engines.node`, else null.
 * @param {string} version e.g. `18.19.0`
 * @param {string} wanted e.g. `>=20.19`
 */
export function nodeRemedy(version, wanted) {
  var have = version.split('.').map(Number);
  var need = wanted.replace('>=', '').split('.').map(Number);
  if (have[0] > need[0] || (have[0] === need[0] && have[1] >= need[1])) return null;
  return (
    'drover needs Node ' +
    need.join('.') +
    ' or newer; this is Node ' +
    version +
    ' (' +
    process.execPath +
    ').\n' +
    'The nodejs package of Debian 12 and Ubuntu 24.04 is version 18, which is too old. Any one of these helps:\n' +
    '  npx -p node@22 npm start       this once, with a newer Node fetched by npm; changes nothing on the machine\n' +
    '  nvm install 22 && nvm use 22   if you have nvm\n' +
    '  Node 22 from nodejs.org (download page), or the nodejs package of Debian 13 or newer\n' +
    'Then run the same command again.'
  );
}

/** Ends the process with exit code 2 and the remedy when this Node is too old. @param {string} [closing] a last line for standard output */
export function requireNode(closing) {
  var wanted = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).engines.node;
  var remedy = nodeRemedy(process.versions.node, wanted);
  if (remedy === null) return;
  console.error(remedy);
  if (closing) console.log(closing);
  process.exit(2);
}
