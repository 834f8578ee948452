import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page, Route } from "playwright-core";
import { checkout } from "./folder.ts";

const vectors = join(checkout, "relay", "recording", "testdata", "vectors");
const load = (name: string) => readFileSync(join(vectors, name));

interface Asked {
  method: string;
  path: string;
  query: URLSearchParams;
  body: Record<string, unknown>;
}

/** A relay's answers about recordings, as its RECORDINGS.md has them, about sessions that never were. */
export class FakeRecordings {
  readonly asked: Asked[] = [];
  /** What every search gives. */
  found: object[] = library();
  words = true;
  readonly filters: { id: string; name: string; query: string }[] = [];
  readers: object[] = [relayReader];
  /** Beside them, since: who can open recordings from now on. */
  later: object[] = [];
  sealed = false;
  state = "ok";
  hold: object | null = null;
  /** What was done in every session, as far as the relay knows. */
  facts: object | null = {
    files: [{ to: "technician", name: "invoices-2026.xlsx", size: 48_213 }],
    chat: 4,
    clipboard: 1,
    keys: 812,
    windows: ["Invoices 2026 – Excel", "Downloads", "Printers", "Mail", "Calculator", "Letter"],
  };
  /** The vector that stands for every recording. */
  file = "whole";
  /** Gives nothing of a recording's bytes, for as long as anybody waits. */
  stalls = false;
  /** Refuses everything with this code, when it is set. */
  refuses = "";

  /** Answers instead of the relay. */
  async serve(page: Page): Promise<void> {
    await page.route(/\/api\/(admin\/)?recordings/, (route) => this.#answer(route));
    await page.route(/\/api\/admin\/audit\?.*kind=recording_/, (route) => this.#trail(route));
  }

  /** What was asked for at a path, the last time. */
  last(path: string): Asked | undefined {
    return this.asked.findLast((one) => one.path === path);
  }

  async #answer(route: Route): Promise<void> {
    const request = route.request();
    const url = new URL(request.url());
    const path = url.pathname.replace("/api/", "");
    const body = (request.postDataJSON() ?? {}) as Record<string, unknown>;
    const asked = { method: request.method(), path, query: url.searchParams, body };
    this.asked.push(asked);
    if (this.refuses !== "") {
      const json = { code: this.refuses, message: "The storage is away.", hint: "Try again." };
      await route.fulfill({ status: 503, json });
      return;
    }
    if (this.stalls && /\/(file|parts)$/.test(path)) return;
    if (path.endsWith("/file")) {
      await route.fulfill({ body: load(`${this.file}.recording`) });
      return;
    }
    if (path.endsWith("/parts")) {
      await this.#parts(route);
      return;
    }
    const json = asked.method === "POST" ? this.#act(asked) : this.#read(asked);
    await route.fulfill(json === undefined ? { status: 204 } : { json });
  }

  #read({ path, query }: Asked): object {
    switch (path) {
      case "recordings": {
        const at = Number(query.get("cursor") ?? 0);
        const rows = this.#matching(query);
        const next = at + 50 < rows.length ? { next: String(at + 50) } : {};
        return { recordings: rows.slice(at, at + 50), words: this.words, ...next };
      }
      case "recordings/filters":
        return { filters: this.filters };
      case "recordings/sample":
        return {
          recordings: this.found.slice(0, 2).map((r) => ({ ...r, risk: 9, why })),
          of: 4312,
        };
      case "recordings/readers":
        return { readers: [...this.readers, ...this.later], sealed: this.sealed };
      case "admin/recordings":
        return this.#figures();
      default:
        return this.#details(path.split("/")[1] ?? "");
    }
  }

  #matching(query: URLSearchParams): object[] {
    const wanted = (query.get("q") ?? "").toLowerCase();
    return this.found.filter((r) => JSON.stringify(r).toLowerCase().includes(wanted));
  }

  #act({ path, body }: Asked): object | undefined {
    if (path.endsWith("/hold")) {
      this.hold = body["on"]
        ? { reason: body["reason"], by: { id: "u_9", name: "Otto" }, since: "2026-11-20T08:00:00Z" }
        : null;
    }
    if (path === "recordings/filters") {
      this.filters.push({
        id: `f_${this.filters.length}`,
        ...(body as { name: string; query: string }),
      });
    }
    if (path === "recordings/filters/remove") this.filters.splice(0);
    if (path === "admin/recordings/readers") this.readers.push({ held: false, ...body });
    if (path.endsWith("/open"))
      return { identity: load("recording.key").toString().trim(), sealedKeys: [] };
    if (path.endsWith("/export"))
      return { until: "2026-11-23T09:00:00Z", size: load(`${this.file}.recording`).length };
    return undefined;
  }

  #details(id: string): object {
    const [manifest, signature] = load("whole.recording").toString("latin1").split("\n");
    const { relay } = JSON.parse(load("verdicts.json").toString()) as { relay: string };
    return {
      ...this.found.find((r) => (r as { id: string }).id === id),
      manifest,
      signature: (JSON.parse(signature ?? "{}") as { signature: string }).signature,
      receiptKeys: [relay],
      readers: [relayReader],
      who: "Auditors of this relay: the relay holds the key.",
      facts: this.facts,
      hold: this.hold,
      deleteAfter: "2027-05-21T10:12:31Z",
      deleted: null,
      views: [
        {
          by: { id: "u_9", name: "Otto" },
          time: "2026-11-21T10:00:00Z",
          reason: "case 12",
          kind: "view",
        },
      ],
      notes: [],
      objections: [],
      reason: null,
    };
  }

  async #parts(route: Route): Promise<void> {
    const file = load(`${this.file}.recording`);
    let at = 0;
    for (let lines = 0; lines < 3; lines++) at = file.indexOf(10, at) + 1;
    await route.fulfill({
      body: file.subarray(at),
      headers: { "Lendhand-Next": "7", "Lendhand-Parts": "7" },
    });
  }

  async #trail(route: Route): Promise<void> {
    const { links } = JSON.parse(load("verdicts.json").toString()) as { links: string[] };
    const kind = new URL(route.request().url()).searchParams.get("kind");
    const marks: Record<string, object> = {
      recording_begun: { link: links[0] },
      recording_head: { part: "3", link: links[4] },
      recording_ended: { parts: "7", link: links[7], complete: "true" },
    };
    const detail = marks[kind ?? ""];
    await route.fulfill({
      json: { events: detail ? [{ n: 1, kind, detail }] : [], checkpoint: "" },
    });
  }

  #figures(): object {
    return {
      recordings: 100_234,
      live: 3,
      bytes: 512_345_678_901,
      quota: 0,
      free: 91_234_567_890,
      total: 700_000_000_000,
      state: this.state,
      warnings: this.state === "ok" ? [] : ["The disk of the recordings is 86% full."],
      readers: this.readers,
      sealed: this.sealed,
      who: this.sealed
        ? "Recordings from now on can be opened by: Legal."
        : "Recordings from now on can be opened by: auditors of this relay (the relay holds the key).",
    };
  }
}

const why = ["control", "files_out", "off_hours"];

const relayReader = {
  name: "Auditors (key held by the relay)",
  key: "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p",
  held: true,
  added: "2026-10-01T08:00:00Z",
  by: "relay",
};

/** Recordings of every kind. */
function library(): object[] {
  const one = {
    id: "s_1",
    state: "complete",
    begun: "2026-11-20T10:00:00.123Z",
    ended: "2026-11-20T10:12:31Z",
    length: 751_000,
    bytes: 8_123_456,
    parts: 751,
    technician: { id: "u_1", name: "Ines Sommer", organisation: "Example Help Desk" },
    host: { name: "anna-pc", os: "Windows 11" },
    ticket: "INC-4711",
    group: "first-line",
    happened: ["control", "files_out", "clipboard"],
    held: false,
    objected: false,
    notes: 2,
    views: 1,
    opens: "relay",
    found: [{ in: "window", text: "… Invoices 2026 – Excel …" }],
  };
  return [
    {
      ...one,
      id: "s_live",
      state: "live",
      length: 61_000,
      begun: "2026-11-22T10:00:00Z",
      happened: ["control"],
      notes: 0,
      views: 0,
      found: [],
    },
    { ...one, held: true },
    {
      ...one,
      id: "s_2",
      state: "incomplete",
      happened: ["off_hours", "reported", "elevation"],
      ticket: "",
      group: "",
      views: 0,
      found: [],
      technician: { ...one.technician, name: "Kim Okafor" },
    },
    {
      ...one,
      id: "s_3",
      objected: true,
      happened: ["objected", "chat"],
      opens: "auditor",
      found: [],
    },
    {
      ...one,
      id: "s_4",
      state: "deleted",
      bytes: 0,
      happened: [],
      opens: "auditor",
      found: [],
      host: { name: "‮evil‬<b>pc</b>", os: "" },
    },
  ];
}
