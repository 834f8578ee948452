import { defineConfig } from "vitest/config";

// The page is served by the relay under a strict Content-Security-Policy: nothing is
// inlined, no asset comes from elsewhere. public/.gitkeep keeps dist in the
// repository, where go:embed needs a folder even before the first build.
export default defineConfig({
  build: {
    target: "es2023",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    emptyOutDir: true,
  },
  worker: { format: "es" },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  test: { include: ["src/**/*.test.ts"], environment: "node" },
});
