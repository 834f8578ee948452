import { defineConfig } from "vitest/config";

// One test at a time: they share two processor cores with the programs they watch. The figures of
// `make bench` are files of their own, run only when asked for.
const kind = process.env["LENDHAND_FIGURES"] ? "figures" : "test";

export default defineConfig({
  test: {
    include: [`e2e/**/*.${kind}.ts`],
    environment: "node",
    fileParallelism: false,
    sequence: { concurrent: false },
    testTimeout: 90_000,
    hookTimeout: 60_000,
    teardownTimeout: 30_000,
  },
});
