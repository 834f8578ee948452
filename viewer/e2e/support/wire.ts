import { readFileSync } from "node:fs";
import { join } from "node:path";
import { request } from "node:https";
import type { Page } from "playwright-core";
import { checkout } from "./folder.ts";
import type { Relay } from "./relay.ts";
import { within } from "./wait.ts";

/** How a conversation over a WebSocket went: what was heard, and the close code. */
export interface Conversation {
  heard: { type: string; code?: string; message?: string }[];
  closed: number;
}

/** Has the page, which must be the relay's, open a WebSocket and say all of this at once. */
export async function converse(page: Page, path: string, say: string[]): Promise<Conversation> {
  const conversation = page.evaluate(
    ({ path, say }) =>
      new Promise<{ texts: string[]; closed: number }>((resolve) => {
        const texts: string[] = [];
        const socket = new WebSocket(new URL(path, location.href.replace("http", "ws")));
        socket.onopen = () => say.forEach((text) => socket.send(text));
        socket.onmessage = (e) => texts.push(String(e.data));
        socket.onclose = (e) => resolve({ texts, closed: e.code });
      }),
    { path, say },
  );
  const { texts, closed } = await within(`the end of ${path}`, conversation, 10_000);
  return { heard: texts.map((text) => JSON.parse(text) as Conversation["heard"][number]), closed };
}

/** Asks for a WebSocket, and gives the answer when it is a refusal. */
export function refusedUpgrade(
  relay: Relay,
  path: string,
  cookie: string,
): Promise<{ status: number | undefined; body: { code: string; message: string; hint: string } }> {
  const headers = {
    Connection: "Upgrade",
    Upgrade: "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": Buffer.alloc(16).toString("base64"),
    Origin: relay.url,
    Cookie: cookie,
  };
  return new Promise((resolve, reject) => {
    const asked = request(relay.url + path, { headers, ca: readFileSync(relay.ca) });
    asked.on("error", reject);
    asked.on("upgrade", (_, socket) => {
      socket.destroy();
      reject(new Error(`${path} let this one in`));
    });
    asked.on("response", (response) => {
      let text = "";
      response.on("data", (part: Buffer) => (text += part.toString()));
      response.on("end", () => resolve({ status: response.statusCode, body: JSON.parse(text) }));
    });
    asked.end();
  });
}

/** One of the messages that the protocol's document shows. */
export function vector(name: string): string {
  return readFileSync(join(checkout, "signaling", "testdata", "vectors", name), "utf8").trim();
}
