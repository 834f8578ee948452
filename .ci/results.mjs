// Counts what the test stages did.
//
//   go test -json ./... | node .ci/results.mjs go FILE     shows go test's own lines, writes the counts
//   node .ci/results.mjs summary FOLDER STAGE...           prints every stage, then `N passed, N failed`
//
// A Go test counts once, its subtests with it. A Go package that fails with no failing test (it did not
// build, or it died) counts as one failure, and so does a stage that failed or left no result: the last
// line never says `0 failed` when something did.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";

async function readGo(file) {
  const counts = { passed: 0, failed: 0, skipped: 0, lines: [] };
  const output = new Map(); // of each test that has not ended, shown when it fails
  const failedTests = new Map(); // by package
  for await (const line of createInterface({ input: process.stdin })) {
    let event;
    try {
      event = JSON.parse(line);
    } catch {
      console.log(line); // the compiler's and the go command's words are not JSON
      continue;
    }
    takeGoEvent(event, counts, output, failedTests);
  }
  writeFileSync(file, JSON.stringify(counts));
  if (counts.failed > 0 || counts.passed === 0) process.exitCode = 1;
}

function takeGoEvent({ Action: action, Package: pkg, Test: test, Output: text }, counts, output, failedTests) {
  const key = `${pkg} ${test?.split("/")[0] ?? ""}`;
  if (action === "output" || action === "build-output") {
    if (test) output.set(key, (output.get(key) ?? "") + text);
    else if (text !== "PASS\n") showPackageLine(text, counts);
    return;
  }
  if (test?.includes("/")) return;
  if (action === "fail") {
    showOutput(output, test ? key : `${pkg} `);
    const before = failedTests.get(pkg) ?? 0;
    failedTests.set(pkg, before + 1);
    if (test || before === 0) counts.failed++;
  } else if (test && action === "pass") counts.passed++;
  else if (test && action === "skip") counts.skipped++;
  if (["pass", "fail", "skip"].includes(action)) output.delete(key);
}

// A test that takes its process down never ends: its words come out with its package's failure.
function showOutput(output, prefix) {
  for (const [key, text] of output) {
    if (!key.startsWith(prefix)) continue;
    process.stdout.write(text);
    output.delete(key);
  }
}

function showPackageLine(text, counts) {
  process.stdout.write(text);
  if (/^(ok|FAIL)\s+\S/.test(text)) counts.lines.push(text.trimEnd());
}

// Vitest's file has its own names, and lists what could not even be loaded as failed suites.
function readStage(file) {
  if (!existsSync(file)) return { passed: 0, failed: 1, note: "did not finish" };
  const result = JSON.parse(readFileSync(file, "utf8"));
  if (!("numTotalTests" in result)) return result;
  const broken = result.testResults.filter((t) => t.status === "failed" && t.assertionResults.length === 0);
  const failed = result.numFailedTests + broken.length;
  return {
    passed: result.numPassedTests,
    failed: failed > 0 || result.success ? failed : 1,
    skipped: result.numPendingTests,
  };
}

function summarise(folder, stages) {
  let passed = 0;
  let failed = 0;
  for (const stage of stages) {
    const result = readStage(join(folder, `${stage}.json`));
    for (const line of result.lines ?? []) console.log(line);
    const skipped = result.skipped ? `, ${result.skipped} skipped` : "";
    const note = result.note ? ` (${result.note})` : "";
    console.log(`${stage}: ${result.passed} passed, ${result.failed} failed${skipped}${note}`);
    passed += result.passed;
    failed += result.failed;
  }
  console.log(`${passed} passed, ${failed} failed`);
  if (failed > 0 || passed === 0) process.exitCode = 1;
}

const [command, ...rest] = process.argv.slice(2);
if (command === "go") await readGo(rest[0]);
else if (command === "summary") summarise(rest[0], rest.slice(1));
else throw new Error(`unknown command "${command}"`);
