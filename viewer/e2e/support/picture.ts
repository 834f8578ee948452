import { crc32, deflateSync } from "node:zlib";
import { keep } from "./folder.ts";

/** Pixels as red, green, blue, a byte each, row by row from the top left. */
export interface Picture {
  width: number;
  height: number;
  rgb: Uint8Array;
}

export type Colour = readonly [red: number, green: number, blue: number];

/** Drops the fourth byte of every pixel. `order` names the first three: a canvas has rgb, X has bgr. */
export function fromFourBytes(
  width: number,
  height: number,
  data: Uint8Array,
  order: "rgb" | "bgr",
): Picture {
  if (data.length < width * height * 4) throw new Error(`${data.length} bytes are too few`);
  const [red, blue] = order === "rgb" ? [0, 2] : [2, 0];
  const rgb = new Uint8Array(width * height * 3);
  for (let from = 0, to = 0; to < rgb.length; from += 4, to += 3) {
    rgb[to] = data[from + red]!;
    rgb[to + 1] = data[from + 1]!;
    rgb[to + 2] = data[from + blue]!;
  }
  return { width, height, rgb };
}

/** The colour of one pixel. */
export function pixel(picture: Picture, x: number, y: number): Colour {
  const at = (y * picture.width + x) * 3;
  const [red, green, blue] = picture.rgb.subarray(at, at + 3);
  if (red === undefined || green === undefined || blue === undefined || x >= picture.width) {
    throw new RangeError(`${x},${y} is outside ${picture.width}×${picture.height}`);
  }
  return [red, green, blue];
}

/** The average colour of a rectangle, which forgives what compression does to single pixels. */
export function average(picture: Picture, x: number, y: number, w: number, h: number): Colour {
  const { rgb } = crop(picture, x, y, w, h);
  const sum = [0, 0, 0];
  rgb.forEach((value, at) => (sum[at % 3]! += value));
  return sum.map((value) => value / (w * h)) as unknown as Colour;
}

/** The largest difference of the three parts of two colours, 0 to 255. */
export function distance(a: Colour, b: Colour): number {
  return Math.max(...a.map((value, at) => Math.abs(value - b[at]!)));
}

/** A copy of a rectangle that lies within the picture. */
export function crop(picture: Picture, x: number, y: number, w: number, h: number): Picture {
  if (x < 0 || y < 0 || x + w > picture.width || y + h > picture.height) {
    throw new RangeError(`${w}×${h}+${x}+${y} is outside ${picture.width}×${picture.height}`);
  }
  const rgb = new Uint8Array(w * h * 3);
  for (let row = 0; row < h; row++) {
    const from = ((y + row) * picture.width + x) * 3;
    rgb.set(picture.rgb.subarray(from, from + w * 3), row * w * 3);
  }
  return { width: w, height: h, rgb };
}

/** Luma after BT.601, full range. */
function luma({ rgb }: Picture, at: number): number {
  return 0.299 * rgb[at]! + 0.587 * rgb[at + 1]! + 0.114 * rgb[at + 2]!;
}

/** Peak signal-to-noise ratio of luma in dB; Infinity for equal pictures. Sizes must agree. */
export function psnr(a: Picture, b: Picture): number {
  if (a.width !== b.width || a.height !== b.height) {
    throw new Error(`${a.width}×${a.height} cannot be compared with ${b.width}×${b.height}`);
  }
  let squares = 0;
  for (let at = 0; at < a.rgb.length; at += 3) squares += (luma(a, at) - luma(b, at)) ** 2;
  const mean = squares / (a.width * a.height);
  return mean === 0 ? Infinity : 10 * Math.log10(255 ** 2 / mean);
}

/** The picture as a PNG file (RFC 2083): 8 bits, true colour, no filter. */
export function toPNG({ width, height, rgb }: Picture): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2], 8);
  const rows = Buffer.alloc(height * (width * 3 + 1));
  for (let row = 0; row < height; row++) {
    rows.set(rgb.subarray(row * width * 3, (row + 1) * width * 3), row * (width * 3 + 1) + 1);
  }
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(rows, { level: 3 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const frame = Buffer.alloc(body.length + 8);
  frame.writeUInt32BE(data.length, 0);
  frame.set(body, 4);
  frame.writeUInt32BE(crc32(body), body.length + 4);
  return frame;
}

/** Keeps pictures in viewer/e2e/out under `name`, and gives their paths. */
export function keepPictures(name: string, pictures: Record<string, Picture>): string[] {
  return Object.entries(pictures).map(([which, it]) => keep(`${name}-${which}.png`, toPNG(it)));
}
