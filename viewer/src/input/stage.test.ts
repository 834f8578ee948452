import { setMaxListeners } from "node:events";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Input, InputEvent } from "../protocol/message.ts";
import { Stage } from "./stage.ts";

// A stage has more listeners than Node finds usual.
setMaxListeners(50);

/** As much of an element as a Stage touches. */
class FakeElement extends EventTarget {
  value = "";
  focused = 0;
  box = { left: 10, top: 20, width: 960, height: 540 };
  inside: unknown[] = [];
  getBoundingClientRect() {
    return this.box;
  }
  focus(): void {
    this.focused++;
  }
  contains(other: unknown): boolean {
    return other === this || this.inside.includes(other);
  }
  setPointerCapture(): void {}
}

/** No modifier is down unless a test says so. */
const noModifiers = {
  shiftKey: false,
  ctrlKey: false,
  altKey: false,
  metaKey: false,
  getModifierState: () => false,
};

class FakePipe {
  readyState = "open";
  bufferedAmount = 0;
  sent: string[] = [];
  send(data: string): void {
    this.sent.push(data);
  }
}

const fakeWindow = new EventTarget();
const fakeDocument = Object.assign(new EventTarget(), { hidden: false });

function fire(target: EventTarget, type: string, fields: object): Event {
  const e = new Event(type, { cancelable: true });
  for (const [name, value] of Object.entries({ ...noModifiers, ...fields })) {
    Object.defineProperty(e, name, { value });
  }
  target.dispatchEvent(e);
  return e;
}

function setUp(isPannable = false) {
  /** What was done to the view. */
  const view: string[] = [];
  const parts = {
    stage: new FakeElement(),
    picture: new FakeElement(),
    sink: new FakeElement(),
    input: new FakePipe(),
    pointer: new FakePipe(),
  };
  parts.stage.inside = [parts.picture, parts.sink];
  const stage = new Stage({
    ...(parts as unknown as {
      stage: HTMLElement;
      picture: HTMLElement;
      sink: HTMLTextAreaElement;
      input: FakePipe;
      pointer: FakePipe;
    }),
    size: () => ({ width: 1920, height: 1080 }),
    stalled: () => {},
    zoom: (factor, at) => void view.push(`zoom ${factor.toFixed(2)} ${at.x} ${at.y}`),
    pan: (dx, dy) => isPannable && view.push(`pan ${dx} ${dy}`) > 0,
  });
  /** The events that the host has not seen yet, which it acknowledges by this. */
  const take = (): InputEvent[] => {
    const last = parts.input.sent.at(-1);
    if (last === undefined) return [];
    const m = JSON.parse(last) as Input;
    stage.ack(m.first + m.events.length - 1);
    parts.input.sent = [];
    return m.events;
  };
  const key = (type: string, code: string, k: string, extra: object = {}) =>
    fire(parts.stage, type, { code, key: k, ...extra });
  const mouse = (type: string, x: number, y: number, extra: object = {}) =>
    fire(parts.stage, type, { clientX: x, clientY: y, button: 0, pointerId: 1, ...extra });
  /** A finger or a pen, at a pixel of the screen, which is shown at half its size. */
  const pointer =
    (pointerType: string) =>
    (type: string, x: number, y: number, extra = {}) =>
      mouse(type, 10 + x / 2, 20 + y / 2, { pointerType, timeStamp: Date.now(), ...extra });
  return {
    ...parts,
    hands: stage,
    take,
    key,
    mouse,
    view,
    pen: pointer("pen"),
    finger: pointer("touch"),
  };
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("window", fakeWindow);
  vi.stubGlobal("document", fakeDocument);
  vi.stubGlobal("Node", FakeElement);
  vi.stubGlobal("requestAnimationFrame", (callback: () => void) => setTimeout(callback, 16));
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("Stage", () => {
  it("sends nothing, and keeps nothing from the browser, without control", () => {
    const { input, pointer, key, mouse } = setUp();
    expect(key("keydown", "KeyA", "a").defaultPrevented).toBe(false);
    mouse("mousedown", 50, 50);
    mouse("pointermove", 60, 60);
    expect(mouse("wheel", 50, 50, { deltaX: 0, deltaY: 120, deltaMode: 0 }).defaultPrevented).toBe(
      false,
    );
    vi.advanceTimersByTime(1000);
    expect([...input.sent, ...pointer.sent]).toEqual([]);
  });

  it("takes the keyboard when control is allowed", () => {
    const { hands, sink, key, take } = setUp();
    hands.activate();
    expect(sink.focused).toBe(1);
    expect(key("keydown", "KeyA", "a").defaultPrevented).toBe(true);
    expect(take()).toEqual([{ kind: "key", code: "KeyA", down: true, text: "a" }]);
  });

  it("clicks with the fraction of the pointer event before", () => {
    const { hands, mouse, take } = setUp();
    hands.activate();
    mouse("pointerdown", 10.6, 20.6);
    mouse("mousedown", 10, 20);
    mouse("pointerup", 12.2, 20.6);
    mouse("mouseup", 12, 20);
    expect(take()).toEqual([
      { kind: "button", button: 0, down: true, x: 1, y: 1 },
      { kind: "button", button: 0, down: false, x: 4, y: 1 },
    ]);
  });

  it("begins no click beside the picture, and ends every drag there", () => {
    const { hands, mouse, take } = setUp();
    hands.activate();
    mouse("mousedown", 5, 5);
    mouse("mouseup", 5, 5);
    expect(take()).toEqual([]);
    mouse("mousedown", 100, 100);
    take();
    mouse("mouseup", 5, 3000);
    expect(take()).toEqual([{ kind: "button", button: 0, down: false, x: 0, y: 1079 }]);
  });

  it("leaves its own shortcuts to the page", () => {
    const { hands, key, take } = setUp();
    hands.activate();
    const all = { ctrlKey: true, altKey: true, shiftKey: true, metaKey: false };
    key("keydown", "KeyS", "S", all);
    expect(take()).toEqual([]);
  });

  it.each<[string, () => void]>([
    ["the window loses the focus", () => void fire(fakeWindow, "blur", {})],
    [
      "the page is hidden",
      () => {
        fakeDocument.hidden = true;
        fire(fakeDocument, "visibilitychange", {});
        fakeDocument.hidden = false;
      },
    ],
  ])("lets go of everything when %s", (_, leave) => {
    const { hands, key, mouse, take } = setUp();
    hands.activate();
    key("keydown", "ShiftLeft", "Shift", { shiftKey: true });
    mouse("mousedown", 10, 20, { shiftKey: true });
    take();
    leave();
    expect(take()).toEqual([
      { kind: "key", code: "ShiftLeft", down: false },
      { kind: "button", button: 0, down: false, x: 0, y: 0 },
    ]);
  });

  it("lets go of keys when the focus goes elsewhere on the page, not within", () => {
    const { hands, stage, picture, key, take } = setUp();
    hands.activate();
    key("keydown", "ShiftLeft", "Shift");
    take();
    fire(stage, "focusout", { relatedTarget: picture });
    expect(take()).toEqual([]);
    fire(stage, "focusout", { relatedTarget: null });
    expect(take()).toEqual([{ kind: "key", code: "ShiftLeft", down: false }]);
  });

  it("takes back what is under way when control goes", () => {
    const { hands, input, key, take } = setUp();
    hands.activate();
    key("keydown", "Enter", "Enter");
    hands.deactivate();
    key("keyup", "Enter", "Enter");
    vi.advanceTimersByTime(100);
    const m = JSON.parse(input.sent.at(-1) ?? "") as Input;
    expect(m.events).toEqual([{ kind: "key", code: "Enter", down: false }]);
    expect(m.held).toEqual({ keys: [], buttons: 0 });
    take();
    hands.activate();
    key("keydown", "KeyB", "b");
    expect(take()).toEqual([{ kind: "key", code: "KeyB", down: true, text: "b" }]);
  });

  it("stops listening at the end", () => {
    const { hands, input, key } = setUp();
    hands.activate();
    hands.close();
    key("keydown", "KeyA", "a");
    vi.advanceTimersByTime(1000);
    expect(input.sent).toEqual([]);
  });
});
