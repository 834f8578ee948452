import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));

/** The root of the checkout. */
export const checkout = join(here, "..", "..", "..");

const out = join(here, "..", "out");

/** A new empty folder outside the checkout, and how to remove it. */
export function temporary(purpose: string): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), `lendhand-${purpose}-`));
  return { path, remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 5 }) };
}

/** Keeps `data` in viewer/e2e/out, for the person who looks into a failure. Gives its path. */
export function keep(name: string, data: string | Uint8Array): string {
  mkdirSync(out, { recursive: true });
  const path = join(out, name.replaceAll(/[^\w.-]+/g, "-"));
  writeFileSync(path, data);
  return path;
}
