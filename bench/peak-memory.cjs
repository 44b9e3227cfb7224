/** Preloaded into a measured Node process: leaves its peak memory, MiB, in the file that DROVER_BENCH_PEAK names. */
const { writeFileSync } = require('node:fs');

const path = process.env['DROVER_BENCH_PEAK'];
process.once('exit', () => {
  if (path !== undefined) writeFileSync(path, String(process.resourceUsage().maxRSS / 1024));
});
