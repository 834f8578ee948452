/** Exports a recording in plain form: asks for what it needs, and says what went wrong. */

import type { Exported } from "../../recording/export.ts";
import { folderTarget, memoryTarget, TooLarge } from "../../recording/export-target.ts";
import type { Directory } from "../../recording/export-target.ts";
import { KeyRefused } from "../../recording/key-problem.ts";
import { details, fileOf, open } from "../../recordings/one.ts";
import type { Opening } from "../../recordings/one.ts";
import type { Choice } from "./export-form.tsx";

const MAX_KEY_FILE = 64 << 10;

export async function plainly(
  id: string,
  c: Choice,
  folder: Directory | undefined,
  signal: AbortSignal,
  progress: (bytes: number) => void,
): Promise<Exported> {
  const [{ exportPlain }, { fileStream }, { trailOf }] = await Promise.all([
    import("../../recording/export.ts"),
    import("../../recording/verify-source.ts"),
    import("../../recording/verify-trail.ts"),
  ]);
  // To export in plain form is to open as well, and is written down as both.
  const identity = await identityOf(await open(id, c.reason), c);
  const [{ receiptKeys }, trail] = await Promise.all([details(id), trailOf(id)]);
  const target = folder ? await folderTarget(folder, id) : memoryTarget();
  return exportPlain(fileStream(fileOf(id), signal), {
    recording: id,
    identity,
    target,
    trail,
    keys: receiptKeys,
    progress,
    signal,
  });
}

async function identityOf(o: Opening, c: Choice): Promise<string> {
  if (o.identity !== "") return o.identity;
  const { recordingKey } = await import("../../recording/key.ts");
  const file = new Uint8Array((await c.keyFile?.slice(0, MAX_KEY_FILE).arrayBuffer()) ?? []);
  const sealedKeys = o.sealedKeys.map((text) =>
    Uint8Array.from(atob(text), (char) => char.charCodeAt(0)),
  );
  return recordingKey(sealedKeys, file, c.passphrase);
}

/** What an export failed of. */
export function exportWords(e: unknown): string {
  if (e instanceof KeyRefused) {
    const words = {
      no_key:
        "That file has no key. Choose the file that age-keygen wrote, or that was saved here.",
      wrong_key: "That key does not open this recording. It is sealed to others.",
      passphrase: "That key is locked with a passphrase. Export again, and type it.",
      wrong_passphrase: "That passphrase does not open the key.",
    };
    return words[e.problem];
  }
  if (e instanceof TooLarge) {
    return "It is too large for this browser’s memory. Use Chrome or Edge, which write into a folder, or the command line: lendhand-relay recordings export.";
  }
  if (e instanceof DOMException && e.name === "QuotaExceededError") {
    return "The disk is full. Choose another folder, and export again.";
  }
  return "It could not be exported to its end. What was written is not whole: remove it, and export again.";
}
