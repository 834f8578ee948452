/**
 * Exports a recording in plain form: video that any player plays, events as lines of JSON, and
 * what proves them: the manifest as it was signed, the chain with its signatures and receipts,
 * and the verdict of a verification that is made on the way. The file is read once, part by part.
 */

import { openedOf } from "./export-part.ts";
import type { OutFile, Target } from "./export-target.ts";
import { VideoWriter } from "./export-video.ts";
import type { VideoFile } from "./export-video.ts";
import { unseal } from "./key.ts";
import { verdictLine } from "./verdict.ts";
import { joined } from "./verify-bytes.ts";
import { mayBeIncomplete } from "./verify-trail.ts";
import type { Trail } from "./verify-trail.ts";
import { verify } from "./verify.ts";
import type { Verdict, VerifyOptions } from "./verify.ts";

export interface ExportOptions {
  recording: string;
  /** The recording's own key: AGE-SECRET-KEY-1…. */
  identity: string;
  target: Target;
  /** What the audit trail says; undefined where it could not be asked. */
  trail: Trail | undefined;
  /** The relay's receipt keys. */
  keys: readonly string[];
  /** Told of the bytes that were read. */
  progress: (bytes: number) => void;
  signal: AbortSignal;
}

export interface Exported {
  verdict: Verdict;
  files: VideoFile[];
  trail: Trail | undefined;
}

/** Exports what the stream holds. Up to the first part that is not right, everything is exported. */
export async function exportPlain(
  file: ReadableStream<Uint8Array>,
  o: ExportOptions,
): Promise<Exported> {
  const video = new VideoWriter(
    (name) => o.target.file(name),
    (n) => (n === 0 ? `${o.recording}.webm` : `${o.recording}-${n + 1}.webm`),
  );
  const [events, chain] = await Promise.all([
    Appender.to(o.target, `${o.recording}.events.jsonl`),
    Appender.to(o.target, `${o.recording}.chain.jsonl`),
  ]);
  try {
    const verdict = await verify(file, {
      ...optionsOf(o),
      head: (lines) => chain.lines(lines),
      part: async (part) => {
        await chain.lines(part.lines);
        const opened = await unseal(part.sealed, o.identity);
        const {
          events: lines,
          pictures,
          isIndex,
        } = openedOf(opened, o.recording, part.envelope.part);
        if (!isIndex) await events.add(lines);
        if (pictures) await video.take(pictures);
      },
    });
    await video.end(verdict.end);
    const about = await Appender.to(o.target, `${o.recording}.json`);
    await about.add(new TextEncoder().encode(aboutText(verdict, video.files)));
    await Promise.all([events.close(), chain.close(), about.close()]);
    o.target.done();
    return { verdict, files: video.files, trail: o.trail };
  } catch (e) {
    await Promise.allSettled([video.cancel(), events.cancel(), chain.cancel()]);
    throw e;
  }
}

function optionsOf({ recording, keys, trail, progress, signal }: ExportOptions): VerifyOptions {
  const known = trail ? { known: trail.marks, mayBeIncomplete: mayBeIncomplete(trail, false) } : {};
  return { recording, keys, progress, signal, ...known };
}

function aboutText(v: Verdict, files: readonly VideoFile[]): string {
  const about = {
    recording: v.recording,
    parts: v.parts,
    end: v.end,
    complete: v.isComplete,
    verdict: verdictLine(v),
    received: v.received?.toISOString(),
    videos: files,
    times: 'milliseconds of the recording; each video’s time 0 is its "from"',
  };
  return `${JSON.stringify(about, null, 2)}\n`;
}

/** A file that grows at its end. */
class Appender {
  readonly #writer: WritableStreamDefaultWriter;
  #at = 0;

  private constructor(file: OutFile) {
    this.#writer = file.writable.getWriter();
  }

  static async to(target: Target, name: string): Promise<Appender> {
    return new Appender(await target.file(name));
  }

  async add(data: Uint8Array): Promise<void> {
    if (data.length === 0) return;
    await this.#writer.write({ type: "write", position: this.#at, data: data.slice() });
    this.#at += data.length;
  }

  async lines(lines: readonly Uint8Array[]): Promise<void> {
    const newline = new Uint8Array([10]);
    const pieces = lines.flatMap((line) => [line, newline]);
    await this.add(
      joined(
        pieces,
        pieces.reduce((n, piece) => n + piece.length, 0),
      ),
    );
  }

  async close(): Promise<void> {
    await this.#writer.close();
  }

  async cancel(): Promise<void> {
    await this.#writer.abort();
  }
}
