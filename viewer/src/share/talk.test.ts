import { expect, it } from "vitest";
import type { ChatMessage } from "../protocol/message.ts";
import type { Line } from "./state.ts";
import { Talk } from "./talk.ts";

function setUp() {
  const sent: ChatMessage[] = [];
  const clock = { now: 0 };
  let lines: readonly Line[] = [];
  const talk = new Talk({
    send: (m) => sent.push(m) > 0,
    changed: (l) => (lines = l),
    now: () => clock.now,
  });
  return { talk, sent, clock, lines: () => lines };
}

it("numbers what is said, and says it again until it is acknowledged", () => {
  const { talk, sent } = setUp();
  talk.say("one");
  talk.say("two");
  talk.hear({ type: "ack", last: 1 });
  talk.again();
  expect(sent.map((m) => (m.type === "chat" ? m.sent : m.last))).toEqual([1, 2, 2]);
});

it("shows what comes once and in its turn", () => {
  const { talk, sent, lines } = setUp();
  for (const n of [1, 1, 3, 2]) talk.hear({ type: "chat", sent: n, text: `${n}` });
  expect(lines()).toEqual([
    { isMine: false, text: "1" },
    { isMine: false, text: "2" },
  ]);
  expect(sent).toEqual([1, 1, 2].map((last) => ({ type: "ack", last })));
});

it("says 20 at once and one a second after that", () => {
  const { talk, clock } = setUp();
  for (let n = 1; n <= 20; n++) {
    expect(talk.say("x")).toBe(true);
    talk.hear({ type: "ack", last: n });
  }
  expect(talk.say("x")).toBe(false);
  clock.now += 1000;
  expect(talk.say("x")).toBe(true);
});

it("does not listen to more than 80 at once", () => {
  const { talk } = setUp();
  for (let n = 1; n <= 80; n++) talk.hear({ type: "chat", sent: n, text: "x" });
  expect(() => talk.hear({ type: "chat", sent: 81, text: "x" })).toThrow("too much");
});
