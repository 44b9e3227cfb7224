// Parsed by old Node versions too: nothing newer than import() before the version is checked.
import { requireNode } from './require-node.mjs';

requireNode();
import('./run-bench.mjs').then(function (module) {
  return module.runBench(process.argv.slice(2));
});
