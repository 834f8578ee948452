import { describe, expect, it } from "vitest";
import { Place } from "./place.ts";
import { Pointing } from "./pointing.ts";
import { Sender } from "./sender.ts";
import { Turn } from "./turn.ts";

function setUp() {
  const sent: { x?: number; screen?: number; events?: unknown[] }[] = [];
  const pipe = {
    readyState: "open",
    bufferedAmount: 0,
    send: (data: string) => void sent.push(JSON.parse(data) as object),
  };
  const sender = new Sender({ pipe });
  const place = new Place({
    pipe,
    after: () => sender.last,
    isSettled: () => true,
    nextFrame: (then) => then(),
  });
  const screen = { width: 100, height: 100, number: 1 };
  const box = { left: 0, top: 0, width: 100, height: 100 } as DOMRect;
  const picture = { getBoundingClientRect: () => box };
  const sure = { isSure: true };
  const isSure = () => sure.isSure;
  const pointing = new Pointing({ picture, size: () => screen, isSure, sender, place });
  return { sent, sender, place, screen, sure, pointing };
}

describe("places", () => {
  it("carry the number of the screen that they are on", () => {
    const { sent, sender, place, screen, pointing } = setUp();
    pointing.move({ x: 5, y: 5 });
    screen.number = 2;
    pointing.move({ x: 5, y: 5 });
    expect(sent.map((m) => [m.x, m.screen])).toEqual([
      [5, 1],
      [5, 2],
    ]);
    pointing.button(0, true, { x: 6, y: 7 });
    pointing.wheel(0, 1, { x: 8, y: 9 });
    expect(sent.at(-1)?.events).toEqual([
      { kind: "button", button: 0, down: true, x: 6, y: 7, screen: 2 },
      { kind: "wheel", dx: 0, dy: 1, x: 8, y: 9, screen: 2 },
    ]);
    sender.close();
    place.stop();
  });

  it("are not sent while nobody knows what they are on, but what is down comes up", () => {
    const { sent, sender, place, sure, pointing } = setUp();
    pointing.button(0, true, { x: 5, y: 5 });
    sent.length = 0;
    sure.isSure = false;
    pointing.move({ x: 6, y: 6 });
    pointing.button(2, true, { x: 6, y: 6 });
    pointing.wheel(0, 1, { x: 6, y: 6 });
    expect(sent).toEqual([]);
    pointing.button(0, false, { x: 6, y: 6 });
    expect(sender.held.buttons).toBe(0);
    sent.length = 0;
    sure.isSure = true;
    pointing.move({ x: 7, y: 7 });
    expect(sent.at(-1)).toMatchObject({ x: 7, screen: 1 });
    sender.close();
    place.stop();
  });

  it("of a wheel are not taken to another screen", () => {
    const turn = new Turn();
    turn.add(0, 60, { x: 1, y: 1, screen: 1 });
    turn.add(0, 1, { x: 2, y: 2, screen: 2 });
    expect(turn.take()).toEqual({ kind: "wheel", dx: 0, dy: 1, x: 2, y: 2, screen: 2 });
    expect(turn.take()).toBeUndefined();
  });
});
