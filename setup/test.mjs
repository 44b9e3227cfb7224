// Parsed by old Node versions too: nothing newer than import() before the version is checked.
import { requireNode } from './require-node.mjs';

requireNode('0 passed, 1 failed');
import('./run-tests.mjs').then(function (module) {
  return module.runTests(process.argv.slice(2));
});
