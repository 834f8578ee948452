import { describe, expect, it } from "vitest";
import { HostCursor } from "../input/cursor.ts";
import { OnceAFrame } from "./frame.ts";

function setUp(act: () => void) {
  const due = new Map<number, () => void>();
  let asked = 0;
  const once = new OnceAFrame(act, {
    request: (call) => {
      due.set(++asked, call);
      return asked;
    },
    cancel: (n) => void due.delete(n),
  });
  const frame = () => {
    const calls = [...due.values()];
    due.clear();
    calls.forEach((call) => call());
  };
  return { once, frame };
}

describe("OnceAFrame", () => {
  it("draws the newest of a thousand places, once", () => {
    const cursor = new HostCursor();
    const drawn: (number | undefined)[] = [];
    const { once, frame } = setUp(() => drawn.push(cursor.known.place?.x));
    cursor.listen(() => once.soon());
    for (let sequence = 1; sequence <= 1000; sequence++) {
      const place = { x: sequence, y: 0 };
      cursor.take({ type: "cursor", sequence, shape: 0, yours: false, place });
    }
    expect(drawn).toEqual([]);
    frame();
    frame();
    expect(drawn).toEqual([1000]);
    cursor.forget();
    frame();
    expect(drawn).toEqual([1000, undefined]);
  });

  it("draws nothing after it was cancelled", () => {
    let count = 0;
    const { once, frame } = setUp(() => count++);
    once.soon();
    once.cancel();
    frame();
    expect(count).toBe(0);
    once.soon();
    frame();
    expect(count).toBe(1);
  });
});
