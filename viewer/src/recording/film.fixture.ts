/** A recording of a painted desktop (client/internal/film), for tests without a browser. */

import { readFileSync } from "node:fs";
import { Damaged } from "./damage.ts";
import { contentOf } from "./content.ts";
import { unseal } from "./key.ts";
import type { Opener } from "./opener.ts";
import type { Extent } from "./outline.ts";
import type { Decoder, Picture } from "./projector.ts";
import type { Source } from "./stretch.ts";

const path = new URL("./testdata/desk.lendhand", import.meta.url);

/** What is known of the recording beside its file. */
export const about = JSON.parse(readFileSync(`${path.pathname}.json`, "utf8")) as Extent & {
  id: string;
  identity: string;
  auditor: string;
  sealedKey: string;
};

const NEWLINE = 10;

/** Its parts, each with the line before and the one after it. */
export const pieces: Uint8Array[] = (() => {
  const file = new Uint8Array(readFileSync(path));
  const after = (from: number) => file.indexOf(NEWLINE, from) + 1;
  const all: Uint8Array[] = [];
  for (let at = after(after(after(0))); at < file.length;) {
    const sealed = after(at);
    const line = new TextDecoder().decode(file.subarray(at, sealed));
    const end = after(sealed + (JSON.parse(line) as { size: number }).size);
    all.push(file.slice(at, end));
    at = end;
  }
  return all;
})();

/** A relay that has this recording. */
export class FakeSource implements Source {
  readonly asked: [from: number, to: number][] = [];
  /** Parts that are there so far. */
  count = pieces.length;
  isAway = false;
  /** Aborted answers. */
  left = 0;
  all = pieces;

  async parts(from: number, to: number, signal: AbortSignal) {
    this.asked.push([from, to]);
    if (this.isAway) throw new Error("away");
    const given = this.all.slice(from, Math.min(to + 1, this.count));
    signal.addEventListener("abort", () => this.left++);
    return new ReadableStream<Uint8Array>({
      async pull(controller) {
        await new Promise((later) => setTimeout(later));
        if (signal.aborted) return controller.error(signal.reason);
        const next = given.shift();
        if (!next) return controller.close();
        // Parts come in two halves, as they please.
        controller.enqueue(next.subarray(0, next.length >> 1));
        controller.enqueue(next.subarray(next.length >> 1));
      },
    });
  }
}

/** Opens parts on the thread of the test; those named cannot be opened. */
export function fakeOpener(damaged: readonly number[] = []): Opener {
  return {
    async open({ envelope, sealed }) {
      if (damaged.includes(envelope.part)) throw new Damaged("altered");
      return contentOf(await unseal(sealed, about.identity), about.id, envelope);
    },
    close() {},
  };
}

/** A picture that knows whether it was let go. */
export interface FakePicture extends Picture {
  isClosed: boolean;
}

/** What decoders were asked for. */
export class Decoders {
  decoded = 0;
  configured: string[] = [];
  readonly pictures: FakePicture[] = [];
  /** Keeps the last picture until it is flushed, as some decoders do. */
  isLazy = false;

  get open(): number {
    return this.pictures.filter(({ isClosed }) => !isClosed).length;
  }

  readonly make = (output: (p: FakePicture) => void, error: (e: Error) => void): Decoder => {
    const queue: EncodedVideoChunk[] = [];
    let needsKey = true;
    let isClosed = false;
    const give = () => {
      const chunk = isClosed ? undefined : queue.shift();
      if (!chunk) return;
      const picture = {
        timestamp: chunk.timestamp,
        isClosed: false,
        close: () => void (picture.isClosed = true),
      };
      this.pictures.push(picture);
      output(picture);
    };
    return {
      get decodeQueueSize() {
        return 0;
      },
      configure: ({ codec }) => {
        this.configured.push(codec);
        needsKey = true;
      },
      decode: (chunk) => {
        if (needsKey && chunk.type !== "key") return error(new Error("no key frame"));
        needsKey = false;
        this.decoded++;
        queue.push(chunk);
        if (!this.isLazy || queue.length > 1) setTimeout(give);
      },
      flush: async () => {
        needsKey = true;
        while (queue.length > 0 && !isClosed) give();
      },
      close: () => void (isClosed = true),
    };
  };
}
