import type { Picture } from "./picture.ts";

/** Peak signal-to-noise ratio over red, green and blue in dB; Infinity for equal pictures. */
export function psnrRGB(a: Picture, b: Picture): number {
  if (a.width !== b.width || a.height !== b.height) {
    throw new Error(`${a.width}×${a.height} cannot be compared with ${b.width}×${b.height}`);
  }
  let squares = 0;
  for (let at = 0; at < a.rgb.length; at++) squares += (a.rgb[at]! - b.rgb[at]!) ** 2;
  return squares === 0 ? Infinity : 10 * Math.log10((255 ** 2 * a.rgb.length) / squares);
}
