import { describe, expect, it } from "vitest";
import { BadMessage } from "../protocol/check.ts";
import type { ChatMessage } from "../protocol/message.ts";
import { Talk } from "./talk.ts";
import type { Line } from "./talk.ts";

function setUp() {
  const seen = { sent: [] as ChatMessage[], lines: [] as readonly Line[], now: 0, isOpen: true };
  const talk = new Talk({
    send: (m) => {
      if (seen.isOpen) seen.sent.push(m);
      return seen.isOpen;
    },
    changed: (lines) => (seen.lines = lines),
    now: () => seen.now,
  });
  const take = () => seen.sent.splice(0);
  return { talk, seen, take };
}

const chat = (sent: number, text: string) => ({ type: "chat", sent, text }) as const;

describe("Talk", () => {
  it("numbers what is said, and knows what has arrived", () => {
    const { talk, seen, take } = setUp();
    expect(["one", "two", "three"].map((text) => talk.say(text))).toEqual([true, true, true]);
    expect(take()).toEqual([chat(1, "one"), chat(2, "two"), chat(3, "three")]);
    expect(seen.lines.map((l) => l.isHeard)).toEqual([false, false, false]);
    talk.hear({ type: "ack", last: 2 });
    expect(seen.lines.map((l) => l.isHeard)).toEqual([true, true, false]);
    talk.hear({ type: "ack", last: 2 });
    talk.hear({ type: "ack", last: 9 });
    expect(seen.lines.map((l) => l.isHeard)).toEqual([true, true, true]);
  });

  it("says again on another connection what was not heard, oldest first", () => {
    const { talk, seen, take } = setUp();
    talk.say("one");
    talk.hear({ type: "ack", last: 1 });
    seen.isOpen = false;
    talk.say("two");
    talk.say("three");
    take();
    seen.isOpen = true;
    talk.again();
    expect(take()).toEqual([chat(2, "two"), chat(3, "three")]);
    expect(seen.lines.map((l) => l.text)).toEqual(["one", "two", "three"]);
  });

  it("shows what comes once, and in order", () => {
    const { talk, seen, take } = setUp();
    talk.hear(chat(1, "one"));
    talk.hear(chat(1, "one"));
    talk.hear(chat(3, "three"));
    talk.hear(chat(2, "two"));
    expect(seen.lines).toEqual([
      { isMine: false, text: "one", isHeard: true },
      { isMine: false, text: "two", isHeard: true },
    ]);
    expect(take().map((m) => m.type === "ack" && m.last)).toEqual([1, 1, 2]);
  });

  it("refuses more than 20 at once, and keeps nothing of it", () => {
    const { talk, seen, take } = setUp();
    const said = Array.from({ length: 21 }, (_, n) => talk.say(`${n}`));
    expect(said.filter(Boolean)).toHaveLength(20);
    expect(seen.lines).toHaveLength(20);
    expect(take()).toHaveLength(20);
    seen.now += 5_000;
    expect(talk.say("nobody has heard the others")).toBe(false);
    talk.hear({ type: "ack", last: 20 });
    expect(talk.say("again")).toBe(true);
  });

  it("does not take a flood", () => {
    const { talk, seen } = setUp();
    for (let n = 1; n <= 80; n++) talk.hear(chat(n, "hey"));
    expect(() => talk.hear(chat(81, "hey"))).toThrow(BadMessage);
    seen.now += 1_000;
    expect(() => talk.hear(chat(81, "hey"))).not.toThrow();
    for (let n = 0; n < 1000; n++) talk.hear({ type: "ack", last: 0 });
  });
});
