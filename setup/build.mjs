// Parsed by old Node versions too: nothing newer than import() before the version is checked.
import { requireNode } from './require-node.mjs';

requireNode();
import('./set-up.mjs').then(function (module) {
  return module.setUpOrExit();
});
