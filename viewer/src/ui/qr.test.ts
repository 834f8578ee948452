import encodeQR from "qr";
import decodeQR from "qr/decode.js";
import { describe, expect, it } from "vitest";
import { pathOf } from "./qr.tsx";

/** Draws a path of `M x y h n v1 h-n z` with so many pixels to a square, as a camera sees it. */
function photographed(path: string, size: number, pixels: number) {
  const side = size * pixels;
  const data = new Uint8ClampedArray(side * side * 4).fill(255);
  for (const [, x, y, n] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
    for (let dy = 0; dy < pixels; dy++) {
      const row = Number(y) * pixels + dy;
      const from = row * side + Number(x) * pixels;
      for (let at = from; at < from + Number(n) * pixels; at++) data.fill(0, at * 4, at * 4 + 3);
    }
  }
  return { width: side, height: side, data };
}

describe("a QR code", () => {
  it.each([
    "otpauth://totp/Example%20Help%20Desk:ines?secret=JBSWY3DPEHPK3PXP&issuer=Example%20Help%20Desk",
    "x",
    `otpauth://totp/${"%E2%98%83".repeat(40)}?secret=${"JBSWY3DP".repeat(8)}`,
  ])("is read as it was written: %s", (text) => {
    const rows = encodeQR(text, "raw", { ecc: "medium", border: 4 });
    expect(decodeQR(photographed(pathOf(rows), rows.length, 5))).toBe(text);
  });
});
