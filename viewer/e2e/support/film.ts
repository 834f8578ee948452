import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { extname, join, resolve } from "node:path";
import { checkout } from "./folder.ts";

/** What is known of a recording beside its file. */
export interface About {
  id: string;
  identity: string;
  auditor: string;
  sealedKey: string;
  parts: number;
  length: number;
  bytes: number;
  keyFrames: number[];
  indexParts: number[];
}

const testdata = join(checkout, "viewer", "src", "recording", "testdata");
const dist = join(checkout, "viewer", "dist");

/** As the relay says it with every answer. */
const headers = {
  "Content-Security-Policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; " +
    "connect-src 'self'; media-src 'self' blob:; font-src 'self'; form-action 'self'; base-uri 'none'; " +
    "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types lendhand-worker",
  "X-Content-Type-Options": "nosniff",
  "Cross-Origin-Opener-Policy": "same-origin",
};

const kinds: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
};

/**
 * The page with one recording behind it, as a relay would give it to an auditor: for what has to
 * do with playing alone, and for recordings that no host makes in the time of a test.
 */
export class Cinema {
  /** Whether the relay has no key; how many parts there are so far; how long an answer takes. */
  isSealed = false;
  shown: number;
  delay = 0;
  /** What was asked, of the parts alone. */
  readonly asked: { from: number; to: number }[] = [];
  readonly reasons: string[] = [];
  readonly notes: { id: string; at: number; text: string }[] = [];
  readonly objections: string[] = [];
  /** Who can open recordings now, beside those of then; and with whom this one was shared. */
  readonly readers: { name: string; key: string; held: boolean }[] = [];
  readonly shares: Record<string, unknown>[] = [];
  readonly pieces: Buffer[];

  private constructor(
    private readonly server: Server,
    readonly about: About,
    file: Buffer,
  ) {
    this.pieces = piecesOf(file);
    this.shown = this.pieces.length;
    server.on("request", (q, a) => void this.answer(q, a).catch(() => a.destroy()));
  }

  /** With a recording of a file of the viewer's tests, or of any. */
  static async open(file = "desk.lendhand"): Promise<Cinema> {
    const path = resolve(testdata, file);
    const about = JSON.parse(readFileSync(`${path}.json`, "utf8")) as About;
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    return new Cinema(server, about, readFileSync(path));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The address of the recording. */
  at(ms = 0): string {
    return `${this.url}/#/recordings/${this.about.id}${ms ? `?at=${ms}` : ""}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, "close");
  }

  private async answer(q: IncomingMessage, a: ServerResponse): Promise<void> {
    const url = new URL(q.url ?? "/", this.url);
    const path = url.pathname.replace(`/api/recordings/${this.about.id}`, "/api/one");
    const body = q.method === "POST" ? await read(q) : {};
    if (this.delay > 0) await new Promise((done) => setTimeout(done, this.delay));
    for (const [name, value] of Object.entries(headers)) a.setHeader(name, value);
    const mine = `/api/mine/${this.about.id}`;
    if (path.startsWith(mine) && q.headers.authorization !== "Bearer token") {
      return void a.writeHead(404).end('{"code":"not_found"}');
    }
    if (path === "/api/one/parts" || path === `${mine}/parts`) return this.giveParts(url, a);
    const said = this.say(path.replace(mine, "/api/mine"), body);
    if (said) return void a.setHeader("Content-Type", "application/json").end(JSON.stringify(said));
    if (path.startsWith("/api/")) return void a.writeHead(404).end('{"code":"not_found"}');
    const file = path === "/" || path === "/mine" ? "/index.html" : path;
    a.setHeader("Content-Type", kinds[extname(file)] ?? "application/octet-stream");
    a.end(readFileSync(join(dist, file)));
  }

  private say(path: string, body: Record<string, unknown>): object | undefined {
    switch (path) {
      case "/api/me":
        return {
          id: "u_2",
          name: "Otto",
          signInName: "otto",
          roles: ["auditor"],
          organisation: "",
        };
      case "/api/one":
        return this.details();
      case "/api/one/open": {
        this.reasons.push(String(body["reason"]));
        const sealedKeys = [this.about.sealedKey];
        return this.isSealed ? { sealedKeys } : { identity: this.about.identity, sealedKeys };
      }
      case "/api/one/notes":
        this.notes.push({
          id: `n_${this.notes.length}`,
          at: Number(body["at"]),
          text: String(body["text"]),
        });
        return { id: `n_${this.notes.length}` };
      case "/api/recordings/readers":
        return { readers: this.readers, sealed: this.isSealed };
      case "/api/one/share":
        this.shares.push(body);
        return {};
      case "/api/mine":
        return this.summary();
      case "/api/mine/object":
        this.objections.push(String(body["text"]));
        return {};
      default:
        return undefined;
    }
  }

  /** What the person may know. */
  private summary(): object {
    return {
      id: this.about.id,
      state: "complete",
      begun: "2026-11-22T09:30:00Z",
      length: this.about.length,
      technician: "Ines Sommer",
      organisation: "Example Help Desk",
      ticket: "INC-4711",
      host: "anna-pc",
      allowed: ["view", "control", "files"],
      readers: [{ name: "Auditors (key held by the relay)", held: true }],
      deleteAfter: "2027-05-21T09:30:00Z",
      files: [{ to: "host", name: "printer-driver-7.2.zip", size: 1 }],
      copy: "recording",
      views: 2,
      objections: this.objections.map(() => ({ time: "2026-11-23T08:00:00Z" })),
    };
  }

  private details(): object {
    const { about, shown } = this;
    const isLive = shown < this.pieces.length;
    const last = JSON.parse(lineOf(this.pieces[shown - 1]!)) as { start: number; length: number };
    return {
      id: about.id,
      state: isLive ? "live" : "complete",
      begun: "2026-11-22T09:30:00Z",
      length: last.start + last.length,
      bytes: about.bytes,
      parts: shown,
      technician: { id: "u_1", name: "Ines Sommer", organisation: "Example Help Desk" },
      host: { name: "anna-pc", os: "Windows 11" },
      ticket: "INC-4711",
      opens: this.isSealed ? "auditor" : "relay",
      who: this.isSealed ? "Only who has the key of: Auditors." : "Auditors of this relay.",
      held: false,
      notes: this.notes.map((note) => ({ ...note, own: true, by: { name: "Otto" } })),
      views: [],
      keyFrames: about.keyFrames.filter((part) => part < shown),
      indexParts: about.indexParts.filter((part) => part < shown),
    };
  }

  private giveParts(url: URL, a: ServerResponse): void {
    const from = Number(url.searchParams.get("from"));
    const to = Number(url.searchParams.get("to"));
    this.asked.push({ from, to });
    const parts = this.pieces.slice(from, Math.min(to + 1, this.shown, from + 1000));
    a.setHeader("Content-Type", "application/octet-stream");
    a.setHeader("Lendhand-Parts", this.shown);
    a.end(Buffer.concat(parts));
  }
}

/** The parts of a recording's file: each with the line before and the one after it. */
function piecesOf(file: Buffer): Buffer[] {
  let at = 0;
  for (let n = 0; n < 3; n++) at = file.indexOf(10, at) + 1;
  const pieces: Buffer[] = [];
  while (at < file.length) {
    const { size } = JSON.parse(lineOf(file.subarray(at, at + 4096))) as { size: number };
    const sealed = file.indexOf(10, at) + 1;
    const end = file.indexOf(10, sealed + size) + 1;
    pieces.push(file.subarray(at, end));
    at = end;
  }
  return pieces;
}

const lineOf = (piece: Buffer) => piece.subarray(0, piece.indexOf(10)).toString();

async function read(q: IncomingMessage): Promise<Record<string, unknown>> {
  let text = "";
  for await (const chunk of q) text += String(chunk);
  return JSON.parse(text || "{}") as Record<string, unknown>;
}
