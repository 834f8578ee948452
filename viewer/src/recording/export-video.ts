/**
 * The pictures of a recording as .webm files that any player plays and seeks. They are put into
 * other boxes and never encoded anew; so a file ends, and the next one begins, where the kind of
 * codec changes.
 */

import type { EncodedVideoPacketSource, Output } from "mediabunny";
import type { Pictures } from "./export-part.ts";
import type { OutFile } from "./export-target.ts";
import type { Frame } from "./webm.ts";

/** One of the files. Times are milliseconds of the recording. */
export interface VideoFile {
  name: string;
  codec: string;
  /** The moment of the recording at the file's time 0. */
  from: number;
  to: number;
}

interface Open {
  output: Output;
  source: EncodedVideoPacketSource;
  file: VideoFile;
  kind: string;
  config: VideoDecoderConfig;
  /** The newest frame, written once it is known how long it is shown. */
  waiting: Frame | undefined;
}

/** Makes the files that are written to. */
export type MakeFile = (name: string) => Promise<OutFile>;

export class VideoWriter {
  readonly files: VideoFile[] = [];
  readonly #make: MakeFile;
  readonly #nameOf: (n: number) => string;
  #open: Open | undefined;

  constructor(make: MakeFile, nameOf: (n: number) => string) {
    this.#make = make;
    this.#nameOf = nameOf;
  }

  /** Takes the pictures of the next part that has some. */
  async take(p: Pictures): Promise<void> {
    const kind = kindOf(p.codec);
    for (const frame of p.frames) {
      // The first frame of a recording that lost its beginning may lean on one that is gone.
      if (!this.#open && !frame.isKey) continue;
      if (this.#open?.kind !== kind) await this.#begin(p, kind, frame);
      await this.#add(frame);
    }
  }

  /** Ends the last file, whose last picture is shown until then. */
  async end(at: number): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    if (!open) return;
    open.file.to = Math.max(at, (open.waiting?.time ?? 0) + 1);
    await write(open, open.file.to);
    await open.output.finalize();
  }

  /** Gives up. */
  async cancel(): Promise<void> {
    await this.#open?.output.cancel();
  }

  async #begin(p: Pictures, kind: string, first: Frame): Promise<void> {
    const { EncodedVideoPacketSource, Output, StreamTarget, WebMOutputFormat } =
      await import("mediabunny");
    // The first file begins with the recording, even where the first picture came later.
    const from = this.#open ? first.time : 0;
    if (this.#open) await this.end(first.time);
    const name = this.#nameOf(this.files.length);
    const made = await this.#make(name);
    const output = new Output({
      format: new WebMOutputFormat(),
      target: new StreamTarget(made.writable, { chunked: true, chunkSize: 1 << 20 }),
    });
    const source = new EncodedVideoPacketSource(nameOf(kind));
    output.addVideoTrack(source);
    await output.start();
    const file = { name, codec: p.codec, from, to: from };
    this.files.push(file);
    const config = { codec: p.codec, codedWidth: p.width, codedHeight: p.height };
    this.#open = { output, source, file, kind, config, waiting: undefined };
  }

  async #add(frame: Frame): Promise<void> {
    const open = this.#open!;
    // Two pictures of one millisecond: the second is the one that was seen.
    const time = Math.max(frame.time, (open.waiting?.time ?? -1) + 1);
    await write(open, time);
    open.waiting = { ...frame, time };
  }
}

/** Writes the picture that waits, which is shown until then. */
async function write({ source, file, config, waiting }: Open, until: number): Promise<void> {
  if (!waiting) return;
  const { EncodedPacket } = await import("mediabunny");
  const packet = new EncodedPacket(
    waiting.data,
    waiting.isKey ? "key" : "delta",
    (waiting.time - file.from) / 1000,
    (until - waiting.time) / 1000,
  );
  await source.add(packet, { decoderConfig: config });
}

/** What has to stay the same within a file: the codec and its profile. The size may change. */
export function kindOf(codec: string): string {
  return codec.split(".").slice(0, 2).join(".");
}

function nameOf(kind: string): "av1" | "vp9" | "vp8" {
  if (kind.startsWith("av01")) return "av1";
  return kind.startsWith("vp09") ? "vp9" : "vp8";
}
