import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { BadMessage } from "../protocol/check.ts";
import { decodeClipboard } from "../protocol/decode-host.ts";
import { encode } from "../protocol/encode.ts";
import { MAX_CLIPBOARD, MAX_CLIPBOARD_PART, MAX_MESSAGE } from "../protocol/message.ts";
import type { ClipboardMessage } from "../protocol/message.ts";
import { Clips, parts } from "./clips.ts";

let sent: ClipboardMessage[] = [];
let got: string[] = [];
let isOpen = true;

function clips(): Clips {
  return new Clips({
    send: (m) => isOpen && sent.push(m) > 0,
    got: (text) => got.push(text),
    now: () => Date.now(),
  });
}

beforeEach(() => {
  vi.useFakeTimers();
  [sent, got, isOpen] = [[], [], true];
});
afterEach(() => vi.useRealTimers());

describe("text for the host's clipboard", () => {
  it("is there when the host says so", async () => {
    const c = clips();
    const put = c.put("ls -l\n");
    expect(sent).toEqual([{ type: "clipboard", sent: 1, text: "ls -l\n" }]);
    c.hear({ type: "ack", last: 2 });
    c.hear({ type: "ack", last: 1 });
    expect(await put).toBe("there");
  });

  it("is waited for no longer than a second", async () => {
    const put = clips().put("x");
    await vi.advanceTimersByTimeAsync(1000);
    expect(await put).toBe("unanswered");
  });

  it.each([
    ["nothing", ""],
    ["one byte too many", "x".repeat(MAX_CLIPBOARD + 1)],
    ["as many characters, and more bytes", "ü".repeat(MAX_CLIPBOARD / 2 + 1)],
    ["NUL", "a\0b"],
    ["half a character", "a\ud800b"],
  ])("is not sent when it is %s", async (_, text) => {
    expect(await clips().put(text)).toBe("too_long");
    expect(sent).toEqual([]);
  });

  it("is not sent in haste, nor without a way", async () => {
    const c = clips();
    for (let n = 0; n < 5; n++) void c.put("x");
    expect(await c.put("x")).toBe("too_fast");
    expect(sent.length).toBe(5);
    isOpen = false;
    await vi.advanceTimersByTimeAsync(1000);
    expect(await c.put("x")).toBe("not_sent");
  });

  it.each(["a", "\u0001", "<", "ü", "世", "👩"])(
    "goes in parts that can be read, of %j",
    (unit) => {
      const text = unit.repeat(MAX_CLIPBOARD / new TextEncoder().encode(unit).length);
      const list = parts(7, text);
      const read = list.map((m) => {
        const line = encode(m);
        expect(new TextEncoder().encode(line).length).toBeLessThanOrEqual(MAX_MESSAGE);
        return decodeClipboard(line);
      });
      expect(read).toEqual(list);
      expect(list.map((m) => m.text).join("")).toBe(text);
      expect(list.map((m) => m.more ?? false).lastIndexOf(true)).toBe(list.length - 2);
    },
  );
});

describe("what the person copies", () => {
  it("is joined, acknowledged and told once", () => {
    const c = clips();
    c.hear({ type: "clipboard", sent: 1, text: "a\n", more: true });
    expect([got, sent]).toEqual([[], []]);
    c.hear({ type: "clipboard", sent: 1, text: "<b>" });
    expect(got).toEqual(["a\n<b>"]);
    expect(sent).toEqual([{ type: "ack", last: 1 }]);
  });

  const part = "x".repeat(MAX_CLIPBOARD_PART);
  it.each<[string, ClipboardMessage[]]>([
    ["comes twice", Array.from({ length: 2 }, () => ({ type: "clipboard", sent: 1, text: "x" }))],
    [
      "is mixed",
      [
        { type: "clipboard", sent: 1, text: "x", more: true },
        { type: "clipboard", sent: 2, text: "y" },
      ],
    ],
    [
      "does not end",
      Array.from({ length: 9 }, () => ({ type: "clipboard", sent: 1, text: part, more: true })),
    ],
    [
      "is too much",
      Array.from({ length: 101 }, (_, n) => ({ type: "clipboard", sent: n + 1, text: "x" })),
    ],
  ])("ends the session when it %s", (_, messages) => {
    const c = clips();
    expect(() => messages.forEach((m) => c.hear(m))).toThrow(BadMessage);
  });

  it.each([
    '{"type":"clipboard","sent":0,"text":"x"}',
    '{"type":"clipboard","sent":1,"text":""}',
    '{"type":"clipboard","sent":1,"text":"a\\u0000b"}',
    '{"type":"clipboard","sent":1,"text":"a\\ud800b"}',
    '{"type":"clipboard","sent":1,"text":7}',
    '{"type":"clipboard","sent":1,"text":"x","more":"yes"}',
  ])("is read strictly: %s", (line) => {
    expect(() => decodeClipboard(line)).toThrow(BadMessage);
  });
});
