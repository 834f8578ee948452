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

function setUp(isPannable = false, paste?: (text: string) => Promise<unknown>) {
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
    paste: () => paste,
    pan: (dx, dy) => isPannable && view.push(`pan ${dx} ${dy}`) > 0,
  });
  /** The events that the host has not seen yet, which it acknowledges by this. */
  const take = (): InputEvent[] => {
    const last = parts.input.sent.at(-1);
    if (last === undefined) return [];
    const m = JSON.parse(last) as Input;
    parts.input.sent = [];
    stage.ack(m.first + m.events.length - 1);
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

  it("leaves the keyboard to whoever writes something else", () => {
    const { hands, sink, stage } = setUp();
    const field = Object.assign(new FakeElement(), { matches: () => true });
    vi.stubGlobal("document", Object.assign(new EventTarget(), { activeElement: field }));
    hands.activate();
    expect(sink.focused).toBe(0);
    hands.deactivate();
    stage.inside.push(field); // the sink itself
    hands.activate();
    expect(sink.focused).toBe(1);
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

  it("keeps what is down when the page is to be seen again", () => {
    const { hands, key, take } = setUp();
    hands.activate();
    key("keydown", "ShiftLeft", "Shift");
    take();
    fire(fakeDocument, "visibilitychange", {});
    expect(take()).toEqual([]);
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

  it("taps keys from a menu in order, with nothing else down, and takes the keyboard back", () => {
    const { hands, sink, key, take } = setUp();
    hands.tap(["F11"]);
    expect(take()).toEqual([]);
    hands.activate();
    key("keydown", "ShiftLeft", "Shift", { shiftKey: true });
    take();
    const before = sink.focused;
    hands.tap(["ControlLeft", "AltLeft", "Delete"]);
    expect(take().map((e) => e.kind === "key" && `${e.code} ${e.down ? "down" : "up"}`)).toEqual([
      "ShiftLeft up",
      "ControlLeft down",
      "AltLeft down",
      "Delete down",
      "Delete up",
      "AltLeft up",
      "ControlLeft up",
    ]);
    expect(sink.focused).toBe(before + 1);
  });

  it("takes a modifier that went down elsewhere from a click", () => {
    const { hands, mouse, take } = setUp();
    hands.activate();
    mouse("mousedown", 50, 50, { ctrlKey: true });
    mouse("mouseup", 50, 50, { ctrlKey: true });
    mouse("pointermove", 51, 50);
    expect(take().map((e) => e.kind === "key" && `${e.code} ${e.down}`)).toEqual([
      "ControlLeft true",
      false,
      false,
      "ControlLeft false",
    ]);
  });

  it("turns the wheel with the fraction, and zooms when a trackpad is pinched", () => {
    const { hands, mouse, key, view, take } = setUp();
    hands.activate();
    const wheel = (deltaY: number, extra = {}) =>
      mouse("wheel", 50, 50, { deltaX: 0, deltaY, deltaMode: 0, ...extra });
    wheel(12.5);
    wheel(-30, { ctrlKey: true });
    expect(take()).toEqual([{ kind: "wheel", dx: 0, dy: 0.125, x: 80, y: 60 }]);
    expect(view).toEqual(["zoom 1.35 50 50"]);
    key("keydown", "ControlLeft", "Control", { ctrlKey: true });
    wheel(-120, { ctrlKey: true });
    expect(take().map((e) => e.kind)).toEqual(["key", "wheel"]);
    expect(view).toHaveLength(1);
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

/** Events in short: "left down 100 50", "wheel 0 1 100 50". */
function short(events: readonly InputEvent[]): string[] {
  return events.map((e) => {
    if (e.kind === "wheel") return `wheel ${e.dx} ${e.dy} ${e.x} ${e.y}`;
    if (e.kind !== "button") return e.kind;
    const name = ["left", "middle", "right"][e.button] ?? "other";
    return `${name} ${e.down ? "down" : "up"} ${e.x} ${e.y}`;
  });
}

describe("a pen", () => {
  it("moves the pointer while it hovers, clicks with its tip, and right with its barrel", () => {
    const { hands, pen, pointer, take } = setUp();
    hands.activate();
    pen("pointermove", 100, 60, { buttons: 0 });
    expect(JSON.parse(pointer.sent.at(-1) ?? "{}")).toMatchObject({ x: 100, y: 60 });
    expect(pen("pointerdown", 100, 60, { buttons: 1 }).defaultPrevented).toBe(true);
    pen("pointermove", 140, 60, { buttons: 1 });
    pen("pointerup", 140, 60, { buttons: 0 });
    pen("pointerdown", 10, 10, { buttons: 2, button: 2 });
    pen("pointerup", 10, 10, { buttons: 0 });
    expect(short(take())).toEqual([
      "left down 100 60",
      "left up 140 60",
      "right down 10 10",
      "right up 10 10",
    ]);
  });

  it("turns from the tip to the barrel in mid-stroke, and does nothing with its eraser", () => {
    const { hands, pen, take } = setUp();
    hands.activate();
    pen("pointerdown", 10, 10, { buttons: 1 });
    pen("pointermove", 12, 10, { buttons: 3 });
    pen("pointerup", 12, 10, { buttons: 0 });
    expect(short(take())).toEqual([
      "left down 10 10",
      "right down 12 10",
      "left up 12 10",
      "right up 12 10",
    ]);
    pen("pointerdown", 10, 10, { buttons: 32, button: 5 });
    pen("pointerup", 10, 10, { buttons: 0 });
    expect(take()).toEqual([]);
  });

  it("lets go when the system takes it away", () => {
    const { hands, pen, take } = setUp();
    hands.activate();
    pen("pointerdown", 10, 10, { buttons: 1 });
    pen("pointercancel", 0, 0, { buttons: 0 });
    expect(short(take())).toEqual(["left down 10 10", "left up 10 10"]);
  });
});

describe("a finger", () => {
  type Finger = ReturnType<typeof setUp>["finger"];
  const tap = (finger: Finger, x: number, y: number) => {
    finger("pointerdown", x, y);
    vi.advanceTimersByTime(60);
    finger("pointerup", x, y);
  };

  it("clicks where it taps, twice in one place for a double click", () => {
    const { hands, finger, take } = setUp();
    hands.activate();
    tap(finger, 100, 60);
    vi.advanceTimersByTime(120);
    tap(finger, 112, 68);
    expect(short(take())).toEqual([
      "left down 100 60",
      "left up 100 60",
      "left down 100 60",
      "left up 100 60",
    ]);
    vi.advanceTimersByTime(1000);
    tap(finger, 112, 68);
    expect(short(take())).toEqual(["left down 112 68", "left up 112 68"]);
  });

  it("that taps a third time begins anew", () => {
    const { hands, finger, take } = setUp();
    hands.activate();
    for (let n = 0; n < 2; n++) tap(finger, 100, 60);
    take();
    finger("pointerdown", 100, 60);
    finger("pointermove", 300, 60);
    finger("pointerup", 300, 60);
    expect(take()).toEqual([]); // it slid: a drag would be a second tap that moves
  });

  it("that follows a tap after two fingers is no second tap", () => {
    const { hands, finger, take } = setUp();
    hands.activate();
    tap(finger, 100, 60);
    take();
    for (const type of ["pointerdown", "pointerup"]) {
      finger(type, 100, 60, { pointerId: 1 });
      finger(type, 300, 60, { pointerId: 2 });
    }
    finger("pointerdown", 100, 60);
    finger("pointermove", 300, 60);
    finger("pointerup", 300, 60);
    expect(take()).toEqual([]);
  });

  it("goes on with its drag when another one comes down", () => {
    const { hands, finger, pointer, take } = setUp();
    hands.activate();
    finger("pointerdown", 100, 60, { pointerId: 1 });
    vi.advanceTimersByTime(600);
    finger("pointermove", 300, 60, { pointerId: 1 });
    finger("pointerdown", 500, 60, { pointerId: 2 });
    vi.advanceTimersByTime(20);
    finger("pointermove", 400, 200, { pointerId: 1 });
    vi.advanceTimersByTime(20);
    expect(JSON.parse(pointer.sent.at(-1) ?? "{}")).toMatchObject({ x: 400, y: 200 });
    finger("pointerup", 400, 200, { pointerId: 1 });
    expect(short(take())).toEqual(["left down 100 60", "left up 400 200"]);
  });

  it("does not click when the window lost the focus before it came up", () => {
    const { hands, finger, take } = setUp();
    hands.activate();
    finger("pointerdown", 100, 60);
    fire(fakeWindow, "blur", {});
    finger("pointerup", 100, 60);
    expect(take()).toEqual([]);
  });

  it("makes no mouse of itself, and gives the keyboard to the screen", () => {
    const { hands, finger, sink } = setUp();
    hands.activate();
    const before = sink.focused;
    expect(finger("pointerdown", 100, 60).defaultPrevented).toBe(true);
    expect(sink.focused).toBe(before + 1);
  });

  it("makes a right click when it rests and comes up", () => {
    const { hands, finger, take } = setUp();
    hands.activate();
    finger("pointerdown", 100, 60);
    vi.advanceTimersByTime(600);
    finger("pointermove", 104, 60); // it trembles
    finger("pointerup", 104, 60);
    expect(short(take())).toEqual(["right down 100 60", "right up 100 60"]);
  });

  it.each([
    ["when it has rested", () => vi.advanceTimersByTime(600), false],
    ["from a second tap", () => {}, true],
  ] as const)("drags %s", (_, wait, isSecond) => {
    const { hands, finger, pointer, take } = setUp();
    hands.activate();
    if (isSecond) tap(finger, 100, 60);
    take();
    finger("pointerdown", 100, 60);
    wait();
    finger("pointermove", 300, 60);
    vi.advanceTimersByTime(20);
    finger("pointermove", 400, 200);
    vi.advanceTimersByTime(20);
    expect(JSON.parse(pointer.sent.at(-1) ?? "{}")).toMatchObject({ x: 400, y: 200 });
    finger("pointerup", 400, 200);
    expect(short(take())).toEqual(["left down 100 60", "left up 400 200"]);
  });

  it("moves the pointer when it slides, or the view where that is larger than its room", () => {
    const plain = setUp();
    plain.hands.activate();
    plain.finger("pointerdown", 100, 60);
    plain.finger("pointermove", 200, 60);
    plain.finger("pointerup", 200, 60);
    expect(plain.take()).toEqual([]);
    expect(JSON.parse(plain.pointer.sent.at(-1) ?? "{}")).toMatchObject({ x: 200, y: 60 });
    const zoomed = setUp(true);
    zoomed.hands.activate();
    zoomed.finger("pointerdown", 100, 60);
    zoomed.finger("pointermove", 200, 60);
    zoomed.finger("pointermove", 220, 50);
    zoomed.finger("pointerup", 220, 50);
    expect([zoomed.view, zoomed.pointer.sent]).toEqual([["pan 50 0", "pan 10 -5"], []]);
  });

  it("and a second one are the wheel when they slide", () => {
    const { hands, finger, take } = setUp();
    hands.activate();
    const both = (type: string, y: number) => {
      finger(type, 100, y, { pointerId: 1 });
      finger(type, 300, y, { pointerId: 2 });
    };
    both("pointerdown", 400);
    for (let y = 380; y >= 240; y -= 20) both("pointermove", y);
    both("pointerup", 240);
    // What is beyond the host's pace comes with its acknowledgement.
    const turned = [...take(), ...take()].map((e) => (e.kind === "wheel" ? e.dy : NaN));
    expect(turned.reduce((sum, dy) => sum + dy, 0)).toBeCloseTo(2, 1);
    vi.advanceTimersByTime(600);
    expect(take()).toEqual([]);
  });

  it("and a second one zoom the view when they spread", () => {
    const { hands, finger, view, take } = setUp();
    hands.activate();
    finger("pointerdown", 400, 400, { pointerId: 1 });
    finger("pointerdown", 600, 400, { pointerId: 2 });
    finger("pointermove", 300, 400, { pointerId: 1 });
    finger("pointermove", 700, 400, { pointerId: 2 });
    expect(view.filter((v) => v.startsWith("zoom"))).toEqual([
      "zoom 1.50 235 220",
      "zoom 1.33 260 220",
    ]);
    finger("pointerup", 300, 400, { pointerId: 1 });
    finger("pointermove", 800, 400, { pointerId: 2 });
    finger("pointerup", 800, 400, { pointerId: 2 });
    expect(take()).toEqual([]);
  });

  it.each([
    ["the system takes it", "pointercancel"],
    ["the window loses the focus", "blur"],
    ["control goes", "deactivate"],
  ])("lets go in mid-drag when %s", (_, how) => {
    const { hands, input, finger } = setUp();
    hands.activate();
    finger("pointerdown", 100, 60);
    vi.advanceTimersByTime(600);
    finger("pointermove", 300, 60);
    if (how === "pointercancel") finger(how, 300, 60);
    else if (how === "blur") fire(fakeWindow, how, {});
    else hands.deactivate();
    vi.advanceTimersByTime(300);
    expect((JSON.parse(input.sent.at(-1) ?? "") as Input).held.buttons).toBe(0);
  });
});

describe("a paste", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  const control = { ctrlKey: true };
  const press = (s: ReturnType<typeof setUp>) => {
    s.hands.activate();
    s.key("keydown", "ControlLeft", "Control", control);
    s.take();
    return s.key("keydown", "KeyV", "v", control);
  };
  const paste = (s: ReturnType<typeof setUp>, text: string) =>
    fire(s.sink, "paste", { clipboardData: { getData: () => text } });

  it("has the text there before the keys", async () => {
    const put: string[] = [];
    let there = () => {};
    const s = setUp(false, (text) => {
      put.push(text);
      return new Promise<void>((resolve) => (there = resolve));
    });
    expect(press(s).defaultPrevented).toBe(false); // else no browser pastes
    expect(paste(s, "a\r\nb").defaultPrevented).toBe(true);
    s.key("keyup", "KeyV", "v", control);
    s.mouse("mousedown", 100, 100, control);
    await vi.advanceTimersByTimeAsync(500);
    expect(put).toEqual(["a\nb"]);
    expect(s.input.sent).toEqual([]);
    there();
    await vi.advanceTimersByTimeAsync(0);
    expect(s.take().map((e) => [e.kind, "down" in e && e.down])).toEqual([
      ["key", true],
      ["key", false],
      ["button", true],
    ]);
  });

  it("of nothing is only keys", async () => {
    const s = setUp(false, () => Promise.reject(new Error("not to be asked")));
    press(s);
    paste(s, "");
    expect(s.take().length).toBe(1);
    s.key("keydown", "KeyV", "v", control);
    expect(s.input.sent).toEqual([]);
    await vi.advanceTimersByTimeAsync(150); // this browser says nothing at all
    expect(s.take().length).toBe(1);
  });

  it("that is not allowed gives nothing away", () => {
    const s = setUp();
    expect(press(s).defaultPrevented).toBe(true);
    expect(s.take()).toMatchObject([{ kind: "key", code: "KeyV", down: true }]);
    expect(paste(s, "secret").defaultPrevented).toBe(false);
    expect(s.input.sent).toEqual([]);
  });
});
