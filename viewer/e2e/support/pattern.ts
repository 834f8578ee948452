import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Desktop, WindowPlace } from "./desktop.ts";
import { distance, type Colour, type Picture } from "./picture.ts";
import { eventually } from "./wait.ts";

/** The colours of the pattern, as places in xterm's palette of 256 with the values they stand for. */
export const colours: readonly (readonly [index: number, colour: Colour])[] = [
  [196, [255, 0, 0]],
  [46, [0, 255, 0]],
  [21, [0, 0, 255]],
  [226, [255, 255, 0]],
  [51, [0, 255, 255]],
  [201, [255, 0, 255]],
  [231, [255, 255, 255]],
  [130, [175, 95, 0]],
];

const words = [
  "The quick brown fox jumps over the lazy dog 0123456789",
  "Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich",
  '{ "answer": [42, -1.5e3], "text": "small things must stay legible" }',
];

/** Shows colour bars and text in a terminal window: real glyphs, real colours, at rest. */
export async function showPattern(desktop: Desktop): Promise<WindowPlace> {
  const file = join(desktop.home.path, "pattern.txt");
  writeFileSync(file, text());
  const font = ["-fa", "DejaVu Sans Mono", "-fs", "10"];
  const look = ["-T", "pattern", "-geometry", "96x34+30+40", "-bg", "black", "-fg", "white"];
  desktop.open("xterm", [...font, ...look, "+sb", "-hold", "-e", "cat", file]);
  const place = await desktop.window("^pattern$");
  await eventually("the pattern's colours", async () => {
    const picture = await desktop.screenshot();
    return colours.every(([, colour]) => share(picture, colour) > 0.005);
  });
  return place;
}

function text(): string {
  const bar = colours.map(([index]) => `\x1b[48;5;${index}m${" ".repeat(12)}`).join("") + "\x1b[0m";
  const bars = Array.from({ length: 8 }, () => bar);
  const lines = Array.from({ length: 20 }, (_, row) => `${row} ${words[row % words.length]}`);
  return "\x1b[?25l" + [...bars, "", ...lines].join("\r\n");
}

/** The part of a picture, 0 to 1, that has this colour, give or take `tolerance` in each part. */
export function share(picture: Picture, colour: Colour, tolerance = 0): number {
  const { rgb } = picture;
  let count = 0;
  for (let at = 0; at < rgb.length; at += 3) {
    if (distance([rgb[at]!, rgb[at + 1]!, rgb[at + 2]!], colour) <= tolerance) count++;
  }
  return (count * 3) / rgb.length;
}
