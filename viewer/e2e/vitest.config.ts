import { defineConfig } from "vitest/config";

// One test at a time: they share two processor cores with the programs they watch. The figures of
// `make bench` and the pictures of `make pictures` are made only when asked for.
const kind = process.env["LENDHAND_KIND"] ?? "test";

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
