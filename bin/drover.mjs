#!/usr/bin/env node
// Parsed by old Node versions too: nothing newer than import() before the version is checked.
import { requireNode } from '../setup/require-node.mjs';

requireNode();
import('../setup/launch.mjs').then(function (module) {
  return module.launch(process.argv.slice(2));
});
