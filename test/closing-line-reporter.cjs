const { writeFileSync } = require('node:fs');
const { relative } = require('node:path');

/**
 * Prints `N passed, N failed` as the last line; a suite that never ran its tests (it did not compile) counts as
 * failed. With $DROVER_TOTALS_FILE set it writes the totals there instead, for a caller that adds its own.
 */
module.exports = class ClosingLineReporter {
  onRunComplete(_contexts, results) {
    const totals = {
      passed: results.numPassedTests,
      failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
      skipped: results.numPendingTests,
      notRun: notRun(results),
    };
    const file = process.env.DROVER_TOTALS_FILE;
    if (file) return writeFileSync(file, JSON.stringify(totals));
    for (const line of totals.notRun) process.stdout.write(`Not run: ${line}\n`);
    const skipped = totals.skipped > 0 ? `, ${String(totals.skipped)} skipped` : '';
    process.stdout.write(`\n${String(totals.passed)} passed, ${String(totals.failed)} failed${skipped}\n`);
  }
};

/** One line for each file and group of tests that was skipped. */
function notRun(results) {
  const counts = new Map();
  for (const suite of results.testResults) {
    for (const test of suite.testResults.filter(({ status }) => status === 'pending' || status === 'todo')) {
      const where = `${relative(process.cwd(), suite.testFilePath)}: ${test.ancestorTitles[0] ?? test.title}`;
      counts.set(where, (counts.get(where) ?? 0) + 1);
    }
  }
  return [...counts].map(([where, count]) => `${where} (${String(count)} tests)`);
}
