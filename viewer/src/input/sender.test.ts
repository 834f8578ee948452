import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Input, InputEvent } from "../protocol/message.ts";
import { MAX_HELD } from "../protocol/message.ts";
import { Place } from "./place.ts";
import { Sender } from "./sender.ts";

class FakePipe {
  readyState = "open";
  bufferedAmount = 0;
  sent: string[] = [];
  send(data: string): void {
    this.sent.push(data);
  }
  last(): Input {
    return JSON.parse(this.sent.at(-1) ?? "{}") as Input;
  }
}

const key = (code: string, down: boolean): InputEvent => ({ kind: "key", code, down });
const press = (button: number, down: boolean): InputEvent => ({
  kind: "button",
  button,
  down,
  x: 1,
  y: 2,
});

let pipe: FakePipe;
beforeEach(() => {
  vi.useFakeTimers();
  pipe = new FakePipe();
});
afterEach(() => void vi.useRealTimers());

describe("Sender", () => {
  it("sends everything that is not acknowledged, numbered from 1", () => {
    const sender = new Sender({ pipe });
    sender.push(key("KeyA", true));
    sender.push(key("KeyA", false));
    expect(pipe.last()).toMatchObject({ first: 1, held: { keys: [], buttons: 0 } });
    expect(pipe.last().events).toHaveLength(2);
    sender.ack(1);
    sender.push(key("KeyB", true));
    expect(pipe.last()).toEqual({
      type: "input",
      first: 2,
      events: [key("KeyA", false), key("KeyB", true)],
      held: { keys: ["KeyB"], buttons: 0 },
    });
    expect(sender.last).toBe(3);
  });

  it("repeats after 30 ms, then with growing pauses, until it is acknowledged", () => {
    const sender = new Sender({ pipe });
    sender.push(key("KeyA", true));
    const at: number[] = [];
    const start = Date.now();
    vi.spyOn(pipe, "send").mockImplementation(() => void at.push(Date.now() - start));
    vi.advanceTimersByTime(1000);
    expect(at).toEqual([30, 90, 210, 450, 700, 950]);
    sender.ack(1);
    sender.push(key("KeyA", false));
    sender.ack(2);
    at.length = 0;
    vi.advanceTimersByTime(5000);
    expect(at).toEqual([]);
  });

  it("begins with short pauses again when the host acknowledges a part", () => {
    const sender = new Sender({ pipe });
    sender.push(key("KeyA", true));
    sender.push(key("KeyA", false));
    vi.advanceTimersByTime(1000); // the pauses are long by now, the last repeat was at 950
    pipe.sent = [];
    sender.ack(1);
    vi.advanceTimersByTime(0);
    expect(pipe.sent).toHaveLength(1);
    expect(pipe.last()).toMatchObject({ first: 2, events: [key("KeyA", false)] });
  });

  it("says every 500 ms what is held", () => {
    const sender = new Sender({ pipe });
    sender.push(key("ShiftLeft", true));
    sender.push(press(2, true));
    sender.ack(2);
    pipe.sent = [];
    vi.advanceTimersByTime(1600);
    expect(pipe.sent).toHaveLength(3);
    expect(pipe.last()).toEqual({
      type: "input",
      first: 3,
      events: [],
      held: { keys: ["ShiftLeft"], buttons: 2 },
    });
  });

  it("ignores acknowledgements of what was never sent, and old ones", () => {
    const sender = new Sender({ pipe });
    sender.push(key("KeyA", true));
    sender.ack(99);
    expect(sender.last).toBe(1);
    sender.push(key("KeyA", false));
    sender.ack(1);
    expect(pipe.last().first).toBe(2);
    expect(sender.isSettled).toBe(false);
  });

  it("lets go of all keys and buttons", () => {
    const sender = new Sender({ pipe });
    sender.push(key("ControlLeft", true));
    sender.push(press(0, true));
    sender.push(press(1, true));
    sender.ack(3);
    sender.release(7, 8);
    expect(pipe.last().events).toEqual([
      key("ControlLeft", false),
      { kind: "button", button: 0, down: false, x: 7, y: 8 },
      { kind: "button", button: 1, down: false, x: 7, y: 8 },
    ]);
    expect(sender.held).toEqual({ keys: [], buttons: 0 });
  });

  it("takes back what the host may not have seen, and keeps the numbers", () => {
    const sender = new Sender({ pipe });
    sender.push(key("KeyA", true));
    sender.ack(1);
    sender.push(key("Enter", true));
    sender.push(press(0, true));
    sender.push({ kind: "wheel", dx: 1, dy: 2, x: 3, y: 4 });
    sender.push({ kind: "text", text: "rm" });
    sender.withdraw();
    vi.advanceTimersByTime(300);
    expect(pipe.last()).toEqual({
      type: "input",
      first: 2,
      events: [
        key("Enter", false),
        press(0, false),
        { kind: "wheel", dx: 0, dy: 0, x: 3, y: 4 },
        key("ShiftLeft", false),
      ],
      held: { keys: [], buttons: 0 },
    });
  });

  it("sends 256 events at most, with what is held after the last of them", () => {
    pipe.readyState = "connecting";
    const sender = new Sender({ pipe });
    for (let i = 0; i < 128; i++) {
      sender.push(key("KeyA", true));
      sender.push(key(i === 127 ? "KeyB" : "KeyA", false));
    }
    sender.push(key("KeyA", false));
    pipe.readyState = "open";
    vi.advanceTimersByTime(250);
    expect(pipe.last().events).toHaveLength(256);
    expect(pipe.last().held.keys).toEqual(["KeyA"]);
    sender.ack(256);
    vi.advanceTimersByTime(250);
    expect(pipe.last()).toMatchObject({ first: 257, held: { keys: [] } });
  });

  it("keeps a message below 64 KiB", () => {
    const sender = new Sender({ pipe });
    for (let i = 0; i < 100; i++) sender.push({ kind: "text", text: "😀".repeat(256) });
    for (const m of pipe.sent)
      expect(new TextEncoder().encode(m).length).toBeLessThanOrEqual(65536);
    expect(pipe.last().events.length).toBeGreaterThan(10);
  });

  it("refuses events, and says so, when the host acknowledges none", () => {
    pipe.readyState = "connecting";
    const stalled = vi.fn();
    const sender = new Sender({ pipe, stalled });
    sender.push(key("ShiftLeft", true));
    for (let i = 1; i < 1024; i++) expect(sender.push(key("KeyA", i % 2 === 1))).toBe(true);
    expect(sender.push(key("KeyB", true))).toBe(false);
    expect(sender.push(key("ShiftLeft", false))).toBe(false);
    expect(stalled).toHaveBeenCalledTimes(2);
    expect(sender.held.keys).toEqual(["KeyA"]);
    sender.turn(0, 1, 1, 1);
    expect(stalled).toHaveBeenCalledTimes(3);
  });

  it("has the host let go of what came up while events were refused", () => {
    pipe.readyState = "connecting";
    const sender = new Sender({ pipe });
    sender.push(key("ShiftLeft", true));
    for (let i = 1; i < 1024; i++) sender.push(key("KeyA", i % 2 === 1));
    sender.push(key("ShiftLeft", false));
    pipe.readyState = "open";
    sender.ack(1023);
    vi.advanceTimersByTime(300);
    expect(pipe.last()).toMatchObject({ first: 1024, held: { keys: ["KeyA"] } });
  });

  it("refuses one more key than a message may name, and no button", () => {
    const sender = new Sender({ pipe });
    for (let i = 0; i < MAX_HELD; i++) expect(sender.push(key(`F${i}`, true))).toBe(true);
    expect(sender.push(key("KeyA", true))).toBe(false);
    expect(sender.push(key("F0", false))).toBe(true);
    expect(sender.push(key("KeyA", true))).toBe(true);
    expect(sender.held.keys).toHaveLength(MAX_HELD);
  });

  it("leaves a repeat out while the browser's own queue is long", () => {
    const sender = new Sender({ pipe });
    sender.push(key("KeyA", true));
    pipe.bufferedAmount = 1 << 20;
    vi.advanceTimersByTime(1000);
    expect(pipe.sent).toHaveLength(1);
  });

  it("is silent after its end", () => {
    const sender = new Sender({ pipe });
    sender.push(key("KeyA", true));
    sender.close();
    vi.advanceTimersByTime(2000);
    expect(sender.push(key("KeyB", true))).toBe(false);
    expect(pipe.sent).toHaveLength(1);
  });
});

describe("the host's pace", () => {
  /** A host that takes each message after a while, and its acknowledgement as long. */
  function slowHost(sender: Sender, delay: number) {
    const seen: InputEvent[] = [];
    vi.spyOn(pipe, "send").mockImplementation((data) => {
      pipe.sent.push(data);
      const m = JSON.parse(data) as Input;
      setTimeout(() => {
        if (m.first > seen.length + 1) return;
        seen.push(...m.events.slice(seen.length + 1 - m.first));
        const last = seen.length;
        setTimeout(() => sender.ack(last), delay / 2);
      }, delay / 2);
    });
    return seen;
  }

  it("adds up the wheel while the host is slow, and loses no turn and no key", () => {
    const sender = new Sender({ pipe });
    const seen = slowHost(sender, 500);
    let most = 0;
    for (let i = 0; i < 600; i++) {
      sender.turn(0.013, -0.37, i, 5);
      if (i % 100 === 50) {
        sender.push(key("KeyA", true));
        sender.push(key("KeyA", false));
      }
      vi.advanceTimersByTime(10);
      most = Math.max(most, JSON.parse(pipe.sent.at(-1) ?? "{}").events.length as number);
    }
    vi.advanceTimersByTime(5000);
    const wheel = seen.filter((e) => e.kind === "wheel");
    const total = (side: "dx" | "dy") => wheel.reduce((sum, e) => sum + e[side], 0);
    expect(total("dy")).toBeCloseTo(-222, 3);
    expect(total("dx")).toBeCloseTo(7.8, 3);
    expect(wheel.at(-1)?.x).toBe(599);
    expect(seen.filter((e) => e.kind === "key")).toHaveLength(12);
    expect(wheel.length).toBeLessThan(150); // of 600 turns
    expect(most).toBeLessThan(20);
    expect(pipe.sent.length).toBeLessThan(400);
    expect(sender.isSettled).toBe(true);
  });

  it("sends each turn at once while the host keeps up", () => {
    const sender = new Sender({ pipe });
    const seen = slowHost(sender, 20);
    for (let i = 0; i < 100; i++) {
      sender.turn(0, 1, 1, 1);
      vi.advanceTimersByTime(16);
    }
    expect(seen).toHaveLength(100);
    expect(pipe.sent).toHaveLength(100);
  });

  it("keeps the order: what was turned before a click comes before it", () => {
    const sender = new Sender({ pipe });
    for (let i = 0; i < 20; i++) sender.turn(0, 0.5, i, 0);
    sender.push(press(0, true));
    const { events } = pipe.last();
    expect(events.map((e) => e.kind)).toEqual([...Array<string>(9).fill("wheel"), "button"]);
    expect(events[8]).toEqual({ kind: "wheel", dx: 0, dy: 6, x: 19, y: 0 });
  });

  it("cuts a long way of the wheel into what a host turns in one go", () => {
    const sender = new Sender({ pipe });
    sender.turn(0, 100, 1, 1);
    sender.turn(-1e9, 0, 1, 1);
    const wheel = pipe.last().events.filter((e) => e.kind === "wheel");
    expect(wheel.slice(0, 3).map((e) => [e.dx, e.dy])).toEqual([
      [0, 50],
      [0, 50],
      [-50, 0],
    ]);
    expect(wheel).toHaveLength(8);
  });

  it("lets no more than a thousand notches come true later", () => {
    const sender = new Sender({ pipe });
    sender.turn(1e9, -1e9, 1, 1);
    const turned = { dx: 0, dy: 0 };
    for (let n = 0; n < 100 && !sender.isSettled; n++) {
      for (const e of pipe.last().events) {
        if (e.kind !== "wheel") continue;
        turned.dx += e.dx;
        turned.dy += e.dy;
      }
      sender.ack(sender.last);
    }
    expect(turned).toEqual({ dx: 1000, dy: -1000 });
  });

  it("forgets what waits to be turned when the way is broken", () => {
    const sender = new Sender({ pipe });
    for (let i = 0; i < 20; i++) sender.turn(0, 1, 1, 1);
    sender.withdraw();
    sender.ack(8);
    sender.push(key("KeyA", true));
    expect(pipe.last().events).toEqual([key("KeyA", true)]);
  });

  it("leaves out what repeats faster than the host takes it, never the key's end", () => {
    const sender = new Sender({ pipe });
    for (let i = 0; i < 100; i++) sender.push(key("Backspace", true));
    sender.push(key("Backspace", false));
    expect(pipe.last().events).toHaveLength(10);
    expect(pipe.last().events.at(-1)).toEqual(key("Backspace", false));
    sender.ack(10);
    sender.push(key("Backspace", true));
    expect(pipe.last().events).toHaveLength(1);
  });

  it("sends a burst together, not once for each event", () => {
    const sender = new Sender({ pipe });
    for (let i = 0; i < 200; i++) sender.push(key("KeyA", i % 2 === 0));
    expect(pipe.sent.length).toBeLessThan(20);
    vi.advanceTimersByTime(30);
    expect(pipe.last().events).toHaveLength(200);
  });

  it("a stream of events does not put the repeat off", () => {
    const sender = new Sender({ pipe });
    for (let i = 0; i < 40; i++) sender.push(key("KeyA", i % 2 === 0));
    const before = pipe.sent.length;
    for (let i = 0; i < 30; i++) {
      vi.advanceTimersByTime(10);
      sender.push(key("KeyB", i % 2 === 0));
    }
    expect(pipe.sent.length - before).toBeGreaterThanOrEqual(9);
    expect(pipe.sent.length - before).toBeLessThan(15);
  });
});

describe("Place", () => {
  function setUp() {
    const frames: (() => void)[] = [];
    const state = { after: 4, isSettled: true };
    const place = new Place({
      pipe,
      after: () => state.after,
      isSettled: () => state.isSettled,
      nextFrame: (callback) => void frames.push(callback),
    });
    const frame = () => frames.splice(0).forEach((f) => f());
    const places = () =>
      pipe.sent.map(
        (s) => JSON.parse(s) as { sequence: number; after: number; x: number; y: number },
      );
    return { place, state, frame, places };
  }

  it("sends the first at once and the newest with the next frame", () => {
    const { place, frame, places } = setUp();
    place.move({ x: 1, y: 1 });
    place.move({ x: 2, y: 2 });
    place.move({ x: 3, y: 3 });
    expect(places()).toEqual([{ type: "pointer", sequence: 1, after: 4, x: 1, y: 1 }]);
    frame();
    expect(places().at(-1)).toEqual({ type: "pointer", sequence: 2, after: 4, x: 3, y: 3 });
    frame();
    expect(places()).toHaveLength(2);
  });

  it("repeats the last place at rest, some times, and as the same one", () => {
    const { place, frame, places } = setUp();
    place.move({ x: 1, y: 1 });
    frame();
    vi.advanceTimersByTime(10_000);
    expect(places()).toHaveLength(5);
    expect(places().map((p) => p.sequence)).toEqual([1, 1, 1, 1, 1]);
  });

  it("goes on repeating until the events before it are acknowledged", () => {
    const { place, state, frame, places } = setUp();
    state.isSettled = false;
    place.move({ x: 1, y: 1 });
    frame();
    vi.advanceTimersByTime(2000);
    const before = places().length;
    expect(before).toBeGreaterThan(8);
    state.after = 9;
    vi.advanceTimersByTime(250);
    expect(places().at(-1)?.after).toBe(9);
    state.isSettled = true;
    vi.advanceTimersByTime(10_000);
    expect(places().length).toBeLessThanOrEqual(before + 2);
  });

  it("leaves a place out while the browser's own queue is long", () => {
    const { place, frame, places } = setUp();
    pipe.bufferedAmount = 1 << 20;
    place.move({ x: 1, y: 1 });
    frame();
    expect(places()).toEqual([]);
    pipe.bufferedAmount = 0;
    place.move({ x: 2, y: 2 });
    expect(places()).toMatchObject([{ x: 2, y: 2 }]);
  });

  it("does not repeat a place that has not changed, and stops", () => {
    const { place, frame, places } = setUp();
    place.move({ x: 1, y: 1 });
    frame();
    place.move({ x: 1, y: 1 });
    frame();
    expect(places()).toHaveLength(1);
    place.stop();
    vi.advanceTimersByTime(1000);
    expect(places()).toHaveLength(1);
  });
});
