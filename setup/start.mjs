// Parsed by old Node versions too: nothing newer than import() before the version is checked.
import { requireNode } from './require-node.mjs';

requireNode();
import('./launch.mjs').then(function (module) {
  return module.launch(['quickstart'].concat(process.argv.slice(2)));
});
