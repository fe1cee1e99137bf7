// Prints the last lines of CI: what was skipped, passed and failed in vitest's JSON reports.
// Arguments: how many steps broke before, the exit code of the test command, the reports.
import { readFileSync } from "node:fs";

const [broken, exitCode, ...reports] = process.argv.slice(2);
let passed = 0;
let failed = 0;
let skipped = 0;
for (const path of reports) {
  try {
    const report = JSON.parse(readFileSync(path, "utf8"));
    passed += report.numPassedTests;
    failed += report.numFailedTests;
    skipped += report.numPendingTests + report.numTodoTests;
    // A file that could not even be loaded has no tests that could fail.
    failed += report.testResults.filter(
      (file) => file.status === "failed" && file.assertionResults.length === 0,
    ).length;
  } catch (error) {
    console.log(`no report: ${error.message}`);
    failed++;
  }
}
// An error outside of any test, or a time-out: the command failed, though no test did.
if (Number(exitCode) !== 0 && failed === 0) failed++;
failed += Number(broken);
if (skipped > 0) console.log(`${skipped} skipped`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
