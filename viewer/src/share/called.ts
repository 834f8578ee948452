/** What a browser says of itself, in plain words. */

import type { Called } from "./host.ts";

const browsers: readonly [RegExp, string][] = [
  [/\bEdg(?:A|iOS)?\//, "Edge"],
  [/\bOPR\//, "Opera"],
  [/\bFirefox\//, "Firefox"],
  [/\bHeadlessChrome\//, "Chromium"],
  [/\bChrome\//, "Chrome"],
  [/\bSafari\//, "Safari"],
];

const systems: readonly [RegExp, string][] = [
  [/\bAndroid\b/, "Android"],
  [/\b(?:iPhone|iPad)\b/, "iOS"],
  [/\bWindows\b/, "Windows"],
  [/\bCrOS\b/, "ChromeOS"],
  [/\bMac OS X\b/, "macOS"],
  [/\bLinux\b/, "Linux"],
];

/** A name for a computer that nobody has named, and what the technician should know of it. */
export function calledBy(userAgent: string, brands: readonly string[] = []): Called {
  const isChromium = brands.includes("Chromium") && !brands.some((b) => /Google Chrome/.test(b));
  const found = nameIn(browsers, userAgent) ?? "Browser";
  const browser = isChromium && found === "Chrome" ? "Chromium" : found;
  const system = nameIn(systems, userAgent);
  const of = system ? `${browser} on ${system}` : browser;
  return { name: of, os: "shown by a browser, view only" };
}

function nameIn(names: readonly [RegExp, string][], userAgent: string): string | undefined {
  return names.find(([mark]) => mark.test(userAgent))?.[1];
}
