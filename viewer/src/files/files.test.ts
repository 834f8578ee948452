import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { BadMessage } from "../protocol/check.ts";
import { MAX_FILE, MAX_FILE_CHUNK } from "../protocol/message.ts";
import type { FromFiles } from "../protocol/message.ts";
import { Files } from "./files.ts";
import type { FilesConfig } from "./files.ts";
import { MAX_HELD_FILE } from "./incoming.ts";
import type { Source } from "./outgoing.ts";
import { noFiles } from "./transfer.ts";
import type { FilesState, Stand } from "./transfer.ts";
import { FakeWay } from "./way.fixture.ts";

const hashOf = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const bytesOf = (size: number) => Uint8Array.from({ length: size }, (_, at) => (at * 7 + 3) % 251);

function sourceOf(name: string, bytes: Uint8Array): Source {
  const copy = (from: number, to: number) => bytes.slice(from, to).buffer as ArrayBuffer;
  return {
    name,
    size: bytes.length,
    slice: (from, to) => ({ arrayBuffer: () => Promise.resolve(copy(from, to)) }),
  };
}

/** A session's files, with a host that does what the test says. */
function setUp() {
  const said: object[] = [];
  const ways: FakeWay[] = [];
  const trouble: string[] = [];
  const stand: { host: Stand; technician: Stand } = { host: "go", technician: "go" };
  let shown: FilesState = noFiles;
  const config: FilesConfig = {
    send: (m) => said.push(m) > 0,
    connect: (listener) => ways[ways.push(new FakeWay(listener)) - 1]!,
    stand: (to) => stand[to],
    changed: (s) => (shown = s),
    broken: (why) => trouble.push(why),
    mistrust: (why) => trouble.push(why),
    now: () => Date.now(),
  };
  const files = new Files(config);
  return {
    files,
    said,
    ways,
    trouble,
    stand,
    way: () => ways.at(-1)!,
    open: () => files.hear({ type: "answer", sdp: "v=0 answer" }),
    hear: (m: FromFiles) => files.hear(m),
    shown: async () => {
      await vi.advanceTimersByTimeAsync(1000);
      return shown;
    },
    arrived: () => Buffer.concat(ways.at(-1)!.sent.map((s) => s.bytes)),
    piece: (id: number, bytes: Uint8Array) => {
      const message = new Uint8Array(4 + bytes.length);
      new DataView(message.buffer).setUint32(0, id);
      message.set(bytes, 4);
      ways.at(-1)!.listener.message(message);
    },
  };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("a file for the host", () => {
  it("goes over a connection of its own, whole, with its hash", async () => {
    const t = setUp();
    const bytes = bytesOf(3 * MAX_FILE_CHUNK + 5);
    t.files.give([sourceOf("driver.zip", bytes)]);
    expect(t.said).toEqual([{ type: "offer", sdp: "v=0 bytes" }]);
    t.open();
    expect(t.said.at(-1)).toEqual({
      type: "file",
      id: 1,
      name: "driver.zip",
      size: bytes.length,
    });
    t.hear({ type: "take", id: 1, from: 0 });
    expect((await t.shown()).transfers).toMatchObject([{ state: "moving", done: bytes.length }]);
    expect(t.way().sent.every((s) => s.id === 1 && s.bytes.length <= MAX_FILE_CHUNK)).toBe(true);
    expect(t.arrived().equals(bytes)).toBe(true);
    expect(t.said.at(-1)).toEqual({ type: "whole", id: 1, sha256: hashOf(bytes) });
    t.hear({ type: "kept", id: 1, name: "driver (2).zip" });
    expect((await t.shown()).transfers).toMatchObject([
      { state: "kept", keptAs: "driver (2).zip" },
    ]);
  });

  it("of no bytes has a hash too", async () => {
    const t = setUp();
    t.files.give([sourceOf("empty", bytesOf(0))]);
    t.open();
    t.hear({ type: "take", id: 1, from: 0 });
    await t.shown();
    expect(t.way().sent).toEqual([]);
    expect(t.said.at(-1)).toEqual({ type: "whole", id: 1, sha256: hashOf(bytesOf(0)) });
  });

  it("waits for the one before it", async () => {
    const t = setUp();
    t.files.give([sourceOf("a", bytesOf(1)), sourceOf("b", bytesOf(1))]);
    t.open();
    const offered = () => t.said.filter((m) => "name" in m).length;
    expect(offered()).toBe(1);
    t.hear({ type: "drop", to: "host", id: 1, reason: "no_room" });
    expect(offered()).toBe(2);
    expect((await t.shown()).transfers).toMatchObject([
      { state: "dropped", reason: "no_room" },
      { state: "waiting" },
    ]);
  });

  it("is offered no sooner than the host bears", async () => {
    const t = setUp();
    t.files.give(Array.from({ length: 30 }, (_, n) => sourceOf(`${n}`, bytesOf(0))));
    t.open();
    const offered = () => t.said.filter((m) => "name" in m).length;
    let answered = 0;
    const refuse = () => {
      while (answered < offered()) {
        t.hear({ type: "drop", to: "host", id: ++answered, reason: "bad_name" });
      }
    };
    refuse();
    expect(offered()).toBe(18);
    await vi.advanceTimersByTimeAsync(3000);
    refuse();
    expect(offered()).toBeLessThanOrEqual(20);
    for (let s = 0; s < 20; s++, refuse()) await vi.advanceTimersByTimeAsync(1000);
    expect(offered()).toBe(30);
  });

  it("goes on where the host has it, after a connection that broke", async () => {
    const t = setUp();
    const bytes = bytesOf(40 * MAX_FILE_CHUNK);
    t.files.give([sourceOf("big", bytes)]);
    t.open();
    t.hear({ type: "take", id: 1, from: 0 });
    await vi.advanceTimersByTimeAsync(1);
    const first = t.arrived();
    expect(first.length).toBeLessThan(bytes.length);
    t.way().break();
    await vi.advanceTimersByTimeAsync(600);
    expect(t.ways.length).toBe(2);
    t.open();
    expect(t.said.filter((m) => "name" in m)).toEqual([
      { type: "file", id: 1, name: "big", size: bytes.length },
      { type: "file", id: 1, name: "big", size: bytes.length },
    ]);
    t.hear({ type: "take", id: 1, from: 20_000 });
    await t.shown();
    expect(t.arrived().equals(bytes.slice(20_000))).toBe(true);
    expect(t.said.at(-1)).toEqual({ type: "whole", id: 1, sha256: hashOf(bytes) });
  });

  it("begins at the newest answer, when two offers crossed a break", async () => {
    const t = setUp();
    t.files.give([sourceOf("twice", bytesOf(10))]);
    t.open();
    t.files.again();
    t.open();
    t.hear({ type: "take", id: 1, from: 0 });
    expect((await t.shown()).transfers).toMatchObject([{ state: "waiting" }]);
    t.hear({ type: "take", id: 1, from: 4 });
    await t.shown();
    expect(t.arrived().equals(bytesOf(10).slice(4))).toBe(true);
  });

  it("is held by a pause, and ends with its scope", async () => {
    const t = setUp();
    t.files.give([sourceOf("big", bytesOf(60 * MAX_FILE_CHUNK)), sourceOf("next", bytesOf(1))]);
    t.open();
    t.hear({ type: "take", id: 1, from: 0 });
    await vi.advanceTimersByTimeAsync(1);
    t.stand.host = "hold";
    t.files.look();
    await vi.advanceTimersByTimeAsync(100);
    const held = t.arrived().length;
    await vi.advanceTimersByTimeAsync(5000);
    expect(t.arrived().length).toBe(held);
    t.stand.host = "go";
    t.files.look();
    await vi.advanceTimersByTimeAsync(50);
    expect(t.arrived().length).toBeGreaterThan(held);
    t.stand.host = "end";
    t.files.look();
    await vi.advanceTimersByTimeAsync(50);
    const ended = t.arrived().length;
    expect((await t.shown()).transfers).toMatchObject([
      { state: "dropped", reason: "not_permitted" },
      { state: "dropped", reason: "not_permitted" },
    ]);
    expect(t.arrived().length).toBe(ended);
  });

  it("takes those that wait with it when the host does not allow it any more", async () => {
    const t = setUp();
    t.files.give([sourceOf("a", bytesOf(1)), sourceOf("b", bytesOf(1))]);
    t.open();
    t.stand.host = "hold";
    t.hear({ type: "drop", to: "host", id: 1, reason: "not_permitted" });
    const [a, b] = (await t.shown()).transfers;
    expect([a?.reason, b?.reason]).toEqual(["not_permitted", "not_permitted"]);
  });

  it("is cancelled on both sides, and late words about it are no offence", async () => {
    const t = setUp();
    t.files.give([sourceOf("a", bytesOf(9))]);
    t.open();
    t.files.cancel((await t.shown()).transfers[0]!.key);
    expect(t.said.at(-1)).toEqual({ type: "drop", to: "host", id: 1, reason: "cancelled" });
    t.hear({ type: "take", id: 1, from: 0 });
    t.hear({ type: "kept", id: 1, name: "a" });
    expect((await t.shown()).transfers).toMatchObject([{ state: "dropped", reason: "cancelled" }]);
  });

  it("that changes while it is read fails", async () => {
    const t = setUp();
    t.files.give([{ ...sourceOf("log", bytesOf(10)), size: 20 }]);
    t.open();
    t.hear({ type: "take", id: 1, from: 0 });
    expect((await t.shown()).transfers).toMatchObject([{ state: "dropped", reason: "failed" }]);
    expect(t.said.at(-1)).toEqual({ type: "drop", to: "host", id: 1, reason: "failed" });
  });

  it("that is too large is not offered", async () => {
    const t = setUp();
    t.files.give([{ ...sourceOf("disk.img", bytesOf(1)), size: MAX_FILE + 1 }]);
    expect(t.said).toEqual([]);
    expect((await t.shown()).transfers).toMatchObject([{ state: "dropped", reason: "too_large" }]);
  });

  it.each<[string, FromFiles]>([
    ["a file that was never offered", { type: "take", id: 2, from: 0 }],
    ["more than there is", { type: "take", id: 1, from: 11 }],
    ["a kept file that was never offered", { type: "kept", id: 9, name: "x" }],
  ])("ends the session when the host takes %s", (_, m) => {
    const t = setUp();
    t.files.give([sourceOf("a", bytesOf(10))]);
    t.open();
    expect(() => t.hear(m)).toThrow(BadMessage);
  });
});

describe("a file from the host", () => {
  const offer = (size: number, id = 1): FromFiles => ({ type: "file", id, name: "log.txt", size });

  it("is kept when it is whole and has its hash", async () => {
    const t = setUp();
    const bytes = bytesOf(2 * MAX_FILE_CHUNK + 1);
    t.hear(offer(bytes.length));
    expect(t.said).toEqual([{ type: "offer", sdp: "v=0 bytes" }]);
    t.open();
    expect(t.said.at(-1)).toEqual({ type: "take", id: 1, from: 0 });
    t.piece(1, bytes.slice(0, MAX_FILE_CHUNK));
    t.hear({ type: "whole", id: 1, sha256: hashOf(bytes) });
    t.piece(1, bytes.slice(MAX_FILE_CHUNK));
    expect(t.said.at(-1)).toEqual({ type: "kept", id: 1, name: "log.txt" });
    const [kept] = (await t.shown()).transfers;
    expect(kept).toMatchObject({ state: "kept", to: "technician", done: bytes.length });
    expect(Buffer.from(await kept!.content!.arrayBuffer()).equals(bytes)).toBe(true);
    expect(kept!.content!.type).toBe("application/octet-stream");
  });

  it.each([
    ["another hash", bytesOf(10), hashOf(bytesOf(11))],
    ["too many bytes", bytesOf(11), hashOf(bytesOf(10))],
  ])("with %s is damaged", async (_, bytes, hash) => {
    const t = setUp();
    t.hear(offer(10));
    t.open();
    t.piece(1, bytes);
    t.hear({ type: "whole", id: 1, sha256: hash });
    expect(t.said.at(-1)).toEqual({ type: "drop", to: "technician", id: 1, reason: "damaged" });
    const [dropped] = (await t.shown()).transfers;
    expect(dropped).toMatchObject({ state: "dropped", reason: "damaged" });
    expect(dropped!.content).toBeUndefined();
  });

  it("goes on where it was, after a connection that broke", async () => {
    const t = setUp();
    const bytes = bytesOf(100);
    t.hear(offer(100));
    t.open();
    t.piece(1, bytes.slice(0, 60));
    t.way().break();
    await vi.advanceTimersByTimeAsync(600);
    t.open();
    expect(t.said.at(-1)).toEqual({ type: "take", id: 1, from: 60 });
    // Offered again on the same connection, it is not taken twice: it would come twice.
    t.hear(offer(100));
    expect(t.said.filter((m) => "from" in m).length).toBe(2);
    t.piece(1, bytes.slice(60));
    t.hear({ type: "whole", id: 1, sha256: hashOf(bytes) });
    const [kept] = (await t.shown()).transfers;
    expect(Buffer.from(await kept!.content!.arrayBuffer()).equals(bytes)).toBe(true);
  });

  it.each<[string, number, Stand, string]>([
    ["that is not allowed", 5, "end", "not_permitted"],
    ["that no browser can hold", MAX_HELD_FILE + 1, "go", "too_large"],
  ])("%s is not taken", (_, size, stand, reason) => {
    const t = setUp();
    t.stand.technician = stand;
    t.hear(offer(size));
    expect(t.said).toEqual([{ type: "drop", to: "technician", id: 1, reason }]);
    t.hear(offer(1, 2));
  });

  it("is over with its scope, and its late bytes are skipped", async () => {
    const t = setUp();
    t.hear(offer(10));
    t.open();
    t.piece(1, bytesOf(5));
    t.stand.technician = "end";
    t.files.look();
    t.piece(1, bytesOf(5));
    t.hear({ type: "drop", to: "technician", id: 1, reason: "not_permitted" });
    expect((await t.shown()).transfers).toMatchObject([{ state: "dropped", done: 5 }]);
  });

  it.each<[string, FromFiles]>([
    ["the same with another size", offer(11)],
    ["the end of one that was never offered", { type: "whole", id: 7, sha256: hashOf(bytesOf(0)) }],
  ])("ends the session when the host sends %s", (_, m) => {
    const t = setUp();
    t.hear(offer(10));
    expect(() => t.hear(m)).toThrow(BadMessage);
  });

  it("takes the place of one whose end was lost with a connection", async () => {
    const t = setUp();
    t.hear(offer(10));
    t.open();
    t.hear(offer(1, 2));
    expect((await t.shown()).transfers).toMatchObject([
      { state: "dropped" },
      { name: expect.any(String) },
    ]);
    expect(t.said.at(-1)).toEqual({ type: "take", id: 2, from: 0 });
  });

  it("is said to be kept again, when the host has not heard it", async () => {
    const t = setUp();
    t.hear(offer(0));
    t.open();
    t.hear({ type: "whole", id: 1, sha256: hashOf(bytesOf(0)) });
    const kept = t.said.at(-1);
    expect(kept).toMatchObject({ type: "kept", id: 1 });
    t.said.length = 0;
    t.hear(offer(0));
    expect(t.said).toEqual([kept]);
    expect((await t.shown()).transfers).toHaveLength(1);
  });

  it("may not be offered without end", () => {
    const t = setUp();
    const flood = () => {
      for (let id = 1; id <= 40; id++) {
        t.hear(offer(5, id));
        t.hear({ type: "drop", to: "technician", id, reason: "cancelled" });
      }
    };
    expect(flood).toThrow("too many files");
  });

  it("stays there to be saved when the session is over", async () => {
    const t = setUp();
    t.hear(offer(0));
    t.open();
    t.hear({ type: "whole", id: 1, sha256: hashOf(bytesOf(0)) });
    t.hear(offer(5, 2));
    t.files.stop();
    const { transfers } = await t.shown();
    expect(transfers).toMatchObject([{ state: "kept" }, { state: "dropped", reason: "failed" }]);
    t.files.forget(transfers[0]!.key);
    expect((await t.shown()).transfers.length).toBe(1);
    expect(t.way().isClosed).toBe(true);
  });
});

describe("asking for a file", () => {
  it("is answered by a file, or by why there is none", async () => {
    const t = setUp();
    t.files.want();
    expect(t.said).toEqual([{ type: "want" }]);
    expect((await t.shown()).wanted).toBe("asked");
    t.hear({ type: "drop", to: "technician", id: 0, reason: "declined" });
    expect((await t.shown()).wanted).toBe("declined");
    t.files.want();
    expect((await t.shown()).wanted).toBe("too_fast");
    await vi.advanceTimersByTimeAsync(10_000);
    t.files.want();
    t.hear({ type: "file", id: 1, name: "a", size: 1 });
    expect((await t.shown()).wanted).toBe("no");
    expect(t.said.filter((m) => "type" in m && m.type === "want").length).toBe(2);
  });

  it("is not done where it is not allowed", () => {
    const t = setUp();
    t.stand.technician = "end";
    t.files.want();
    expect(t.said).toEqual([]);
  });
});

describe("the connection for bytes", () => {
  it("is closed when no file has moved for half a minute, and made again for the next", async () => {
    const t = setUp();
    t.files.give([sourceOf("a", bytesOf(0))]);
    t.open();
    t.hear({ type: "take", id: 1, from: 0 });
    await t.shown();
    t.hear({ type: "kept", id: 1, name: "a" });
    await vi.advanceTimersByTimeAsync(29_000);
    expect(t.way().isClosed).toBe(false);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(t.way().isClosed).toBe(true);
    t.files.give([sourceOf("b", bytesOf(0))]);
    expect(t.ways.length).toBe(2);
  });

  it("is tried again when nothing comes of it", async () => {
    const t = setUp();
    t.files.give([sourceOf("a", bytesOf(0))]);
    await vi.advanceTimersByTimeAsync(15_000);
    expect(t.ways.length).toBe(2);
    expect(t.ways[0]!.isClosed).toBe(true);
  });

  it("carries pieces of files and nothing else", () => {
    const t = setUp();
    t.hear({ type: "file", id: 1, name: "a", size: 1 });
    t.open();
    t.piece(1, new Uint8Array());
    expect(t.trouble).toEqual(["a piece of no file"]);
  });
});
