/**
 * Opens and reads parts beside the page's own thread. It alone holds the recording's key,
 * until the page ends it.
 */

import { contentOf } from "./content.ts";
import type { Content } from "./content.ts";
import type { Envelope } from "./lines.ts";
import { recordingKey, sealedTo, unseal } from "./key.ts";
import { KeyRefused } from "./key-problem.ts";
import type { KeyProblem } from "./key-problem.ts";

/** What the page asks; each question has a number. */
export type ToOpener =
  /** The key to use, as it is. */
  | { number: number; recording: string; identity: string }
  /** The key to use, sealed to that of a reader. */
  | {
      number: number;
      recording: string;
      sealedKeys: Uint8Array[];
      file: Uint8Array;
      passphrase: string;
    }
  | { number: number; envelope: Envelope; sealed: Uint8Array }
  /** One more reader, to whose key the recording's is to be sealed. */
  | { number: number; reader: string };

/** The answer. */
export interface FromOpener {
  number: number;
  content?: Content;
  sealedKey?: Uint8Array;
  refused?: KeyProblem;
  damaged?: string;
}

let recording = "";
let identity = "";

async function answer(asked: ToOpener): Promise<FromOpener> {
  const { number } = asked;
  if ("envelope" in asked) {
    const opened = await unseal(asked.sealed, identity);
    return { number, content: contentOf(opened, recording, asked.envelope) };
  }
  if ("reader" in asked) return { number, sealedKey: await sealedTo(asked.reader, identity) };
  recording = asked.recording;
  identity =
    "identity" in asked
      ? asked.identity
      : await recordingKey(asked.sealedKeys, asked.file, asked.passphrase);
  return { number };
}

function refusal(number: number, e: unknown): FromOpener {
  if (e instanceof KeyRefused) return { number, refused: e.problem };
  return { number, damaged: e instanceof Error ? e.message : "" };
}

self.onmessage = async ({ data }: MessageEvent<ToOpener>) => {
  const said = await answer(data).catch((e: unknown) => refusal(data.number, e));
  // All frames of a part lie in one piece of memory.
  const bytes = said.content?.video?.frames[0]?.data.buffer;
  self.postMessage(said, { transfer: bytes ? [bytes] : [] });
};
