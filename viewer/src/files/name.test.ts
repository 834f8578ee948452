import { expect, it } from "vitest";
import { fitName } from "./name.ts";

it.each([
  ["report.pdf", "report.pdf"],
  ["", "file"],
  ["\u0007\n", "file"],
  ["invoice\u202Efdp.exe", "invoicefdp.exe"],
  ["Grüße 世界.txt", "Grüße 世界.txt"],
  [`${"x".repeat(300)}.tar`, `${"x".repeat(251)}.tar`],
  ["y".repeat(300), "y".repeat(255)],
])("%j is sent as %j", (name, fit) => expect(fitName(name)).toBe(fit));
