import { mkdirSync } from "node:fs";
import { join } from "node:path";
import axe from "axe-core";
import type { Page } from "playwright-core";
import { checkout } from "./folder.ts";

/** The sizes and colours in which every page is looked at. */
export const looks = [
  { width: 1280, height: 800, colorScheme: "light" },
  { width: 1280, height: 800, colorScheme: "dark" },
  { width: 360, height: 640, colorScheme: "light" },
  { width: 360, height: 640, colorScheme: "dark" },
] as const;

/** Where the pictures go when LENDHAND_SHOTS is set: to be looked at by people. */
const shots = process.env["LENDHAND_SHOTS"]
  ? join(checkout, "viewer", "e2e", "out", "pages")
  : undefined;

/** What axe finds on a page, in every look; a line for each element. */
export async function findings(page: Page, name: string): Promise<string[]> {
  const all: string[] = [];
  for (const look of looks) {
    await page.setViewportSize({ width: look.width, height: look.height });
    await page.emulateMedia({ colorScheme: look.colorScheme, reducedMotion: "reduce" });
    await settled(page);
    const at = `${name}-${look.width}-${look.colorScheme}`;
    if (shots) await photograph(page, `${at}.png`);
    all.push(
      ...(await ask(page, look.colorScheme === "dark")).map((finding) => `${at}: ${finding}`),
    );
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (wide > 0) all.push(`${at}: wider than the window by ${wide} pixels`);
  }
  await page.setViewportSize({ width: 1280, height: 800 });
  return all;
}

/** Colours change over a moment, and what is half-way has too little contrast. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
    await Promise.all(document.getAnimations().map((a) => a.finished.catch(() => undefined)));
  });
}

/** The rules that colours decide. A page differs in nothing else between light and dark. */
const ofColours = ["color-contrast", "link-in-text-block"];

async function ask(page: Page, isRecoloured: boolean): Promise<string[]> {
  // By the debugger: the page's own policy lets no other script in.
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe.source);
  const options = {
    resultTypes: ["violations"] as axe.resultGroups[],
    ...(isRecoloured ? { runOnly: { type: "rule", values: ofColours } as const } : {}),
  };
  return page.evaluate(async (options) => {
    const { run } = (window as unknown as { axe: typeof axe }).axe;
    const { violations } = await run(document, options);
    return violations.flatMap(({ id, help, nodes }) =>
      nodes.map((n) => `${id} (${help}): ${n.target.join(" ")}: ${n.failureSummary ?? ""}`),
    );
  }, options);
}

async function photograph(page: Page, name: string): Promise<void> {
  if (!shots) return;
  mkdirSync(shots, { recursive: true });
  await page.screenshot({ path: join(shots, name), fullPage: true });
}
