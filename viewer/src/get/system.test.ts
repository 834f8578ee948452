import { expect, it } from "vitest";
import { deviceOf } from "./system.ts";

const mozilla = (system: string) =>
  `Mozilla/5.0 (${system}) AppleWebKit/537.36 (KHTML, like Gecko)`;

it.each([
  ["windows", mozilla("Windows NT 10.0; Win64; x64"), 10],
  ["macos", mozilla("Macintosh; Intel Mac OS X 10_15_7"), 0],
  ["linux", mozilla("X11; Linux x86_64"), 0],
  ["linux", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", 10],
  ["phone", mozilla("Linux; Android 10; K") + " Chrome/140.0.0.0 Mobile Safari/537.36", 5],
  ["phone", mozilla("Linux; Android 15; Tablet"), 10],
  ["phone", mozilla("iPhone; CPU iPhone OS 18_0 like Mac OS X"), 5],
  ["phone", mozilla("Macintosh; Intel Mac OS X 10_15_7"), 5], // an iPad
  ["unknown", mozilla("X11; CrOS x86_64 14541.0.0"), 0],
  ["unknown", mozilla("X11; FreeBSD amd64"), 0],
  ["unknown", "", 0],
] as const)("%s: %s", (device, userAgent, maxTouchPoints) => {
  expect(deviceOf({ userAgent, maxTouchPoints })).toBe(device);
});

it.each([
  ["windows", { platform: "Windows", mobile: false }],
  ["macos", { platform: "macOS", mobile: false }],
  ["linux", { platform: "Linux", mobile: false }],
  ["unknown", { platform: "Chrome OS", mobile: false }],
  ["phone", { platform: "Android", mobile: true }],
  ["phone", { platform: "Android", mobile: false }],
] as const)("%s by what browsers say now", (device, userAgentData) => {
  expect(deviceOf({ userAgent: "", maxTouchPoints: 0, userAgentData })).toBe(device);
});
