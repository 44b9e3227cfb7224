/** Prints `N passed, N failed` as the last line; a suite that never ran its tests (it did not compile) counts as failed. */
module.exports = class ClosingLineReporter {
  onRunComplete(_contexts, results) {
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    process.stdout.write(`\n${String(results.numPassedTests)} passed, ${String(failed)} failed\n`);
  }
};
