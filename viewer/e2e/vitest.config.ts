import { defineConfig } from "vitest/config";

// One test at a time: they share two processor cores with the programs they watch. The figures of
// `make bench` and the pictures of `make pictures` are made only when asked for, and those of an hour
// of work or in the office, and of many kills, only when it is said how long that hour is, or how many.
const kind = process.env["LENDHAND_KIND"] ?? "test";
const long = [
  ...(process.env["SOAK_MINUTES"] ? [] : ["e2e/soak.figures.ts"]),
  ...(process.env["OFFICE_MINUTES"] ? [] : ["e2e/office.figures.ts"]),
  ...(process.env["LENDHAND_KILLS"] ? [] : ["e2e/harm.figures.ts"]),
];

export default defineConfig({
  test: {
    include: [`e2e/**/*.${kind}.ts`],
    exclude: long,
    environment: "node",
    fileParallelism: false,
    sequence: { concurrent: false },
    testTimeout: 90_000,
    hookTimeout: 60_000,
    teardownTimeout: 30_000,
  },
});
