import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Input, InputEvent } from "../protocol/message.ts";
import { Holding, buttonBit } from "./holding.ts";
import { Keyboard } from "./keyboard.ts";
import type { KeyLike } from "./keytext.ts";
import { Sender } from "./sender.ts";

// Whatever a technician does and however bad the network is: at the end nothing is down, and what
// was pressed and turned has arrived once.

/** A generator of its own, so that a failure can be repeated by its number. */
function random(seed: number): (below: number) => number {
  let state = seed * 2654435761 + 1;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** A host as PROTOCOL.md has it. */
class Host {
  readonly seen: InputEvent[] = [];
  held = new Holding();

  take(m: Input): number {
    const before = this.seen.length;
    if (m.first > before + 1) return before; // a gap
    for (const e of m.events.slice(before + 1 - m.first)) {
      this.seen.push(e);
      this.held.apply(e);
    }
    if (m.first + m.events.length - 1 === this.seen.length) this.#keep(m);
    return this.seen.length;
  }

  #keep({ held }: Input): void {
    const { keys, buttons } = this.held.value;
    for (const code of keys) {
      if (!held.keys.includes(code)) this.held.apply({ kind: "key", code, down: false });
    }
    for (let button = 0; button <= 4; button++) {
      if (buttons & ~held.buttons & buttonBit(button)) {
        this.held.apply({ kind: "button", button, down: false, x: 0, y: 0 });
      }
    }
  }
}

/** A network that loses, doubles, delays and so reorders, until it is mended. */
function network(below: (n: number) => number, host: Host, acked: (last: number) => void) {
  const state = { isBad: true, readyState: "open", bufferedAmount: 0, channel: 0, deliver };
  function deliver(act: () => void): void {
    if (!state.isBad) return act();
    const { channel } = state; // what is under way ends with it
    for (let copies = [0, 1, 1, 1, 2][below(5)] ?? 1; copies > 0; copies--) {
      setTimeout(() => channel === state.channel && act(), below(300));
    }
  }
  const send = (data: string) =>
    state.deliver(() => {
      const last = host.take(JSON.parse(data) as Input);
      state.deliver(() => acked(last));
    });
  return Object.assign(state, { send });
}

const codes = ["KeyA", "KeyB", "ShiftLeft", "ControlLeft", "AltRight", "Enter", "Backspace"];

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("a bad network", () => {
  it.each(Array.from({ length: 60 }, (_, n) => n))("number %i", (seed) => {
    const below = random(seed);
    const host = new Host();
    const pipe = network(below, host, (last) => sender.ack(last));
    const sender = new Sender({ pipe });
    const pushed: InputEvent[] = [];
    let turned = 0;
    const push = (e: InputEvent) => {
      if (!sender.push(e)) throw new Error("refused");
      if (e.kind !== "key" || !e.down) pushed.push(e);
    };
    for (let n = 0; n < 250; n++) {
      const [code, down, place] = [codes[below(codes.length)] ?? "", below(2) === 1, below(500)];
      const kind = below(10);
      if (kind < 5) push({ kind: "key", code, down });
      else if (kind < 7) push({ kind: "button", button: below(5), down, x: place, y: 1 });
      else if (kind === 7) push({ kind: "text", text: String(n) });
      else if (kind === 8) {
        sender.turn(0, 0.25, place, 2);
        turned += 0.25;
      } else if (below(10) === 0) sender.release(1, 2);
      vi.advanceTimersByTime(below(30));
    }
    sender.release(3, 4);
    pipe.isBad = below(2) === 1;
    vi.advanceTimersByTime(30_000);
    expect(host.held.value).toEqual({ keys: [], buttons: 0 });
    expect(sender.isSettled).toBe(true);
    const texts = (list: InputEvent[]) => list.filter((e) => e.kind === "text");
    expect(texts(host.seen)).toEqual(texts(pushed));
    const notches = host.seen.reduce((sum, e) => sum + (e.kind === "wheel" ? e.dy : 0), 0);
    expect(notches).toBeCloseTo(turned, 3);
  });

  it.each(Array.from({ length: 20 }, (_, n) => n))(
    "that breaks down and comes back, %i",
    (seed) => {
      const below = random(1000 + seed);
      const host = new Host();
      const pipe = network(below, host, (last) => sender.ack(last));
      const sender = new Sender({ pipe });
      for (let round = 0; round < 5; round++) {
        for (let n = 0; n < 40; n++) {
          sender.push({
            kind: "key",
            code: codes[below(codes.length)] ?? "",
            down: below(2) === 1,
          });
          if (below(6) === 0) sender.turn(0, 1, 1, 1);
          vi.advanceTimersByTime(below(20));
        }
        pipe.readyState = "closed";
        pipe.channel++;
        host.held = new Holding(); // it lets go when the channel closes
        sender.withdraw();
        const before = host.seen.length;
        pipe.readyState = "open";
        pipe.isBad = false;
        vi.advanceTimersByTime(5000);
        const after = host.seen.slice(before).filter((e) => e.kind === "key" && e.down);
        expect(after, "pressed after it was taken back").toEqual([]);
        expect(host.held.value).toEqual({ keys: [], buttons: 0 });
        pipe.isBad = true;
      }
    },
  );
});

describe("a keyboard", () => {
  const keys = ["a", "ä", "Dead", "Process", "Enter", "AltGraph", "Alt", "Shift", "Meta", "€", ""];
  const places = ["KeyA", "Quote", "AltRight", "AltLeft", "ShiftLeft", "MetaLeft", "Numpad5", ""];

  it.each(Array.from({ length: 40 }, (_, n) => n))("under random events, %i", (seed) => {
    const below = random(2000 + seed);
    const held = new Holding();
    const sink = { value: "" };
    const emit = (e: InputEvent) => held.apply(e);
    const keyboard = new Keyboard({ sink, emit, isMac: below(2) === 1 });
    const acts = [
      () => keyboard.keydown(event(below)),
      () => keyboard.keydown(event(below)),
      () => keyboard.keyup(event(below)),
      () => keyboard.sync(event(below)),
      () => keyboard.hold(event(below)),
      () => keyboard.compositionend(),
      () => keyboard.input({ isComposing: below(2) === 1, inputType: "insertText" }),
    ];
    for (let n = 0; n < 300; n++) acts[below(acts.length)]?.();
    keyboard.release();
    expect(held.value.keys).toEqual([]);
  });

  function event(below: (n: number) => number): KeyLike {
    const flag = () => below(4) === 0;
    const isAltGr = flag();
    return {
      code: places[below(places.length)] ?? "",
      key: keys[below(keys.length)] ?? "",
      shiftKey: flag(),
      ctrlKey: flag(),
      altKey: flag(),
      metaKey: flag(),
      isComposing: flag(),
      timeStamp: below(1000),
      getModifierState: (name) => name === "AltGraph" && isAltGr,
      preventDefault: () => {},
    };
  }
});
