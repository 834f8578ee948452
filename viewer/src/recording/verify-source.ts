/** Where the bytes of a recording come from: the relay, in order, as fast as they are read. */

import { Refused } from "../account/http.ts";
import type { Fields } from "../account/http.ts";

/** How many parts are asked for at once. */
const BATCH = 500;

/** The manifest and its signature, then all parts that there are. Throws Refused while it is read. */
export function partsStream(
  id: string,
  manifest: string,
  signature: string,
  signal: AbortSignal,
): ReadableStream<Uint8Array> {
  return streamOf(
    (async function* () {
      yield new TextEncoder().encode(`${manifest}\n${JSON.stringify({ signature })}\n`);
      for (let from = 0; ;) {
        const query = `from=${from}&to=${from + BATCH - 1}`;
        const r = await ask(`/api/recordings/${encodeURIComponent(id)}/parts?${query}`, signal);
        yield* chunks(r);
        const next = Number(r.headers.get("Lendhand-Next") ?? 0);
        const all = Number(r.headers.get("Lendhand-Parts") ?? 0);
        if (next <= from || next >= all) return;
        from = next;
      }
    })(),
  );
}

/** The whole file at an address. Throws Refused while it is read. */
export function fileStream(path: string, signal: AbortSignal): ReadableStream<Uint8Array> {
  return streamOf(
    (async function* () {
      yield* chunks(await ask(path, signal));
    })(),
  );
}

async function ask(path: string, signal: AbortSignal): Promise<Response> {
  let r: Response;
  try {
    r = await fetch(path, { signal, credentials: "same-origin", cache: "no-store" });
  } catch (e) {
    throw signal.aborted ? e : new Refused("relay_unreachable", "", "");
  }
  if (r.ok) return r;
  const said = (await r.json().catch(() => ({}))) as Fields;
  const text = (name: string) => (typeof said[name] === "string" ? said[name].slice(0, 300) : "");
  throw new Refused(text("code") || "internal", text("message"), text("hint"));
}

async function* chunks(r: Response): AsyncGenerator<Uint8Array> {
  const reader = r.body?.getReader();
  if (!reader) return;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } catch (e) {
    throw e instanceof TypeError ? new Refused("relay_unreachable", "", "") : e;
  } finally {
    await reader.cancel().catch(() => {}); // it is over, or away already
  }
}

function streamOf(source: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream(
    {
      pull: async (c) => {
        const { done, value } = await source.next();
        if (done) c.close();
        else c.enqueue(value);
      },
      cancel: async () => void (await source.return(undefined)),
    },
    { highWaterMark: 0 },
  );
}
