import { describe, expect, it } from "vitest";
import type { KeyEvent, TextEvent } from "../protocol/message.ts";
import { Keyboard } from "./keyboard.ts";
import { pieces } from "./keytext.ts";
import type { KeyLike } from "./keytext.ts";
import { commandOf, shortcutList } from "./shortcuts.ts";
import { notches } from "./wheel.ts";

type Synthetic = KeyLike & { prevented: boolean };

function key(
  code: string,
  k: string,
  extra: Partial<KeyLike> & { altGraph?: boolean } = {},
): Synthetic {
  const e = {
    code,
    key: k,
    shiftKey: false,
    ctrlKey: false,
    altKey: false,
    metaKey: false,
    isComposing: false,
    timeStamp: 0,
    getModifierState: (name: string) => name === "AltGraph" && extra.altGraph === true,
    prevented: false,
    preventDefault() {
      e.prevented = true;
    },
    ...extra,
  };
  return e;
}

function setUp(isMac = false) {
  const out: (KeyEvent | TextEvent)[] = [];
  const sink = { value: "" };
  const keyboard = new Keyboard({ sink, emit: (e) => out.push(e), isMac });
  const typed = (value: string, inputType = "insertText", isComposing = false) => {
    sink.value = value;
    keyboard.input({ inputType, isComposing });
  };
  return { out, sink, keyboard, typed };
}

describe("keys", () => {
  it.each<[string, Synthetic, object]>([
    ["a letter", key("KeyA", "a"), { code: "KeyA", text: "a" }],
    ["a letter of another layout", key("KeyY", "z"), { code: "KeyY", text: "z" }],
    ["an umlaut", key("BracketLeft", "ü"), { code: "BracketLeft", text: "ü" }],
    ["a space", key("Space", " "), { code: "Space", text: " " }],
    ["one grapheme of several marks", key("KeyE", "e\u0301"), { code: "KeyE", text: "e\u0301" }],
    ["a named key", key("Enter", "Enter"), { code: "Enter" }],
    ["a function key", key("F5", "F5"), { code: "F5" }],
    ["a modifier", key("ShiftLeft", "Shift"), { code: "ShiftLeft" }],
    [
      "AltGr as Windows has it",
      key("KeyQ", "@", { ctrlKey: true, altKey: true, altGraph: true }),
      { code: "KeyQ", text: "@" },
    ],
    ["a number pad with NumLock", key("Numpad4", "4"), { code: "Numpad4", text: "4" }],
    ["a number pad without", key("Numpad4", "ArrowLeft"), { code: "ArrowLeft" }],
    ["the number pad's Enter", key("NumpadEnter", "Enter"), { code: "NumpadEnter" }],
  ])("%s", (_, e, want) => {
    const { out, keyboard } = setUp();
    keyboard.keydown(e);
    expect(out).toEqual([{ kind: "key", down: true, ...want }]);
    expect(e.prevented).toBe(true);
    keyboard.keyup(key(e.code, e.key));
    expect(out[1]).toEqual({ kind: "key", code: (want as { code: string }).code, down: false });
  });

  it("a repeat is another down", () => {
    const { out, keyboard } = setUp();
    for (let i = 0; i < 3; i++) keyboard.keydown(key("KeyA", "a"));
    keyboard.keyup(key("KeyA", "a"));
    expect(out.map((e) => e.kind === "key" && e.down)).toEqual([true, true, true, false]);
  });

  it("a key without a place is text", () => {
    const { out, keyboard } = setUp();
    keyboard.keydown(key("", "ß"));
    keyboard.keyup(key("", "ß"));
    expect(out).toEqual([{ kind: "text", text: "ß" }]);
  });

  it("locks stay on this side", () => {
    const { out, keyboard } = setUp();
    keyboard.keydown(key("CapsLock", "CapsLock"));
    keyboard.keyup(key("CapsLock", "CapsLock"));
    expect(out).toEqual([]);
  });

  it("a key up without its down says nothing", () => {
    const { out, keyboard } = setUp();
    keyboard.keyup(key("Tab", "Tab"));
    expect(out).toEqual([]);
  });

  it("the middle of the number pad means nothing without NumLock", () => {
    const { out, keyboard } = setUp();
    keyboard.keydown(key("Numpad5", "Clear"));
    keyboard.keyup(key("Numpad5", "Clear"));
    expect(out).toEqual([]);
  });

  it("Command coming up brings everything up, for macOS tells nothing of the rest", () => {
    const { out, keyboard } = setUp();
    keyboard.keydown(key("MetaLeft", "Meta", { metaKey: true }));
    keyboard.keydown(key("KeyC", "c", { metaKey: true }));
    keyboard.keyup(key("MetaLeft", "Meta"));
    expect(out.slice(2)).toEqual([
      { kind: "key", code: "MetaLeft", down: false },
      { kind: "key", code: "KeyC", down: false },
    ]);
  });

  it("a key that turns into another while it is down leaves none behind", () => {
    const { out, keyboard } = setUp();
    keyboard.keydown(key("Numpad4", "ArrowLeft"));
    keyboard.keydown(key("Numpad4", "4"));
    keyboard.keyup(key("Numpad4", "4"));
    expect(out).toEqual([
      { kind: "key", code: "ArrowLeft", down: true },
      { kind: "key", code: "ArrowLeft", down: false },
      { kind: "key", code: "Numpad4", down: true, text: "4" },
      { kind: "key", code: "Numpad4", down: false },
    ]);
  });

  it("release brings up what is down, once", () => {
    const { out, keyboard } = setUp();
    keyboard.keydown(key("ShiftLeft", "Shift"));
    keyboard.keydown(key("KeyA", "A", { shiftKey: true }));
    keyboard.release();
    keyboard.keyup(key("KeyA", "A"));
    expect(out.slice(2)).toEqual([
      { kind: "key", code: "ShiftLeft", down: false },
      { kind: "key", code: "KeyA", down: false },
    ]);
  });
});

describe("modifiers", () => {
  const down = (code: string) => ({ kind: "key", code, down: true });
  const up = (code: string) => ({ kind: "key", code, down: false });
  const ctrl = { ctrlKey: true };

  it.each<[string, Synthetic, string]>([
    ["Control", key("KeyC", "c", ctrl), "ControlLeft"],
    ["Alt", key("KeyF", "f", { altKey: true }), "AltLeft"],
    ["Meta", key("KeyL", "l", { metaKey: true }), "MetaLeft"],
    ["Shift", key("ArrowUp", "ArrowUp", { shiftKey: true }), "ShiftLeft"],
  ])("%s that went down elsewhere goes down on the host with the key", (_, e, modifier) => {
    const { out, keyboard } = setUp();
    keyboard.keydown(e);
    keyboard.keyup({ ...key(e.code, e.key), getModifierState: () => false });
    expect(out).toEqual([down(modifier), down(e.code), up(modifier), up(e.code)]);
  });

  it("one whose release the browser keeps to itself comes up with the next event", () => {
    const { out, keyboard } = setUp();
    keyboard.keydown(key("ShiftLeft", "Shift", { shiftKey: true }));
    keyboard.keydown(key("Equal", "Dead", { shiftKey: true }));
    keyboard.keydown(key("KeyE", "Process", { isComposing: true }));
    expect(out).toEqual([down("ShiftLeft"), up("ShiftLeft")]);
  });

  it("stays down while it repeats, also where the event does not say so", () => {
    const { out, keyboard } = setUp();
    keyboard.keydown(key("ShiftLeft", "Shift"));
    keyboard.keydown(key("ShiftLeft", "Shift"));
    expect(out).toEqual([down("ShiftLeft"), down("ShiftLeft")]);
  });

  it("the Control and Alt that AltGr is on Windows are not those of a click", () => {
    const { out, keyboard } = setUp();
    const held = { ctrlKey: true, altKey: true, altGraph: true };
    keyboard.hold(key("", "", held));
    expect(out).toEqual([]);
    keyboard.hold(key("", "", { ctrlKey: true, altKey: true }));
    expect(out).toEqual([down("ControlLeft"), down("AltLeft")]);
  });

  it("AltGr makes text and is not sent", () => {
    const { out, keyboard } = setUp();
    keyboard.keydown(key("AltRight", "AltGraph", { altGraph: true }));
    keyboard.keydown(key("KeyQ", "@", { altGraph: true }));
    keyboard.keyup(key("KeyQ", "@", { altGraph: true }));
    keyboard.keyup(key("AltRight", "AltGraph"));
    expect(out).toEqual([{ ...down("KeyQ"), text: "@" }, up("KeyQ")]);
  });

  it("AltGr is sent with a key that makes no text", () => {
    const { out, keyboard } = setUp();
    keyboard.keydown(key("AltRight", "AltGraph", { altGraph: true }));
    keyboard.keydown(key("F1", "F1", { altGraph: true }));
    keyboard.keyup(key("F1", "F1", { altGraph: true }));
    keyboard.keyup(key("AltRight", "AltGraph"));
    expect(out).toEqual([down("AltRight"), down("F1"), up("F1"), up("AltRight")]);
  });

  it("the Control that Windows makes of AltGr comes up again", () => {
    const { out, keyboard } = setUp();
    const both = { ctrlKey: true, altKey: true, altGraph: true };
    keyboard.keydown(key("ControlLeft", "Control", { timeStamp: 100, ctrlKey: true }));
    keyboard.keydown(key("AltRight", "AltGraph", { timeStamp: 101, ...both }));
    keyboard.keydown(key("KeyQ", "@", both));
    expect(out).toEqual([down("ControlLeft"), up("ControlLeft"), { ...down("KeyQ"), text: "@" }]);
  });

  it("the right Alt of a layout without AltGr is an Alt wherever it arrives", () => {
    const { out, keyboard } = setUp();
    const alt = { altKey: true };
    keyboard.keydown(key("AltRight", "Alt", alt));
    keyboard.keydown(key("KeyF", "f", alt));
    keyboard.keyup(key("KeyF", "f", alt));
    keyboard.keyup(key("AltRight", "Alt"));
    expect(out).toEqual([down("AltLeft"), down("KeyF"), up("KeyF"), up("AltLeft")]);
  });

  it("both keys of Alt are down until the last of them comes up", () => {
    const { out, keyboard } = setUp();
    const alt = { altKey: true };
    keyboard.keydown(key("AltLeft", "Alt", alt));
    keyboard.keydown(key("AltRight", "Alt", alt));
    keyboard.keyup(key("AltLeft", "Alt", alt));
    expect(out).not.toContainEqual(up("AltLeft"));
    keyboard.keyup(key("AltRight", "Alt"));
    expect(out.at(-1)).toEqual(up("AltLeft"));
  });
});

describe("Option on a Mac", () => {
  const alt = { altKey: true };
  const option = (k: Synthetic) => {
    const { out, keyboard } = setUp(true);
    keyboard.keydown(key("AltLeft", "Alt", alt));
    keyboard.keydown(k);
    keyboard.keyup(k);
    keyboard.keyup(key("AltLeft", "Alt"));
    return out.map((e) => (e.kind === "key" ? `${e.code} ${e.text ?? e.down}` : e.text));
  };

  it.each([
    ["KeyL", "@"],
    ["Digit5", "["],
    ["Digit7", "|"],
    ["KeyE", "€"],
    ["KeyN", "~"],
  ])("%s makes %s without an Alt", (code, text) => {
    expect(option(key(code, text, alt))).toEqual([`${code} ${text}`, `${code} false`]);
  });

  it.each([
    ["a letter", key("KeyF", "ƒ", alt)],
    ["a named key", key("F4", "F4", alt)],
  ])("is Alt with %s", (_, k) => {
    expect(option(k)).toEqual([
      "AltLeft true",
      `${k.code} true`,
      `${k.code} false`,
      "AltLeft false",
    ]);
  });

  it("alone is Alt alone", () => {
    const { out, keyboard } = setUp(true);
    keyboard.keydown(key("AltLeft", "Alt", alt));
    keyboard.keyup(key("AltLeft", "Alt"));
    expect(out.map((e) => e.kind === "key" && e.down)).toEqual([true, false]);
  });
});

describe("text without a key", () => {
  it("comes from the sink", () => {
    const { out, sink, typed } = setUp();
    typed("ü😀");
    expect(out).toEqual([{ kind: "text", text: "ü😀" }]);
    expect(sink.value).toBe("");
  });

  it("comes from an input method once, when it has finished", () => {
    const { out, sink, keyboard, typed } = setUp();
    const process = key("KeyN", "Process", { isComposing: true });
    keyboard.keydown(process);
    expect(process.prevented).toBe(false);
    typed("に", "insertCompositionText", true);
    const end = key("KeyN", "n", { isComposing: true });
    keyboard.keyup(end);
    expect(end.prevented).toBe(false);
    expect(out).toEqual([]);
    sink.value = "日本";
    keyboard.compositionend();
    typed("", "insertText");
    expect(out).toEqual([{ kind: "text", text: "日本" }]);
  });

  it("comes from a dead key without the keys of it", () => {
    const { out, keyboard, typed } = setUp();
    const dead = key("Equal", "Dead");
    keyboard.keydown(dead);
    expect(dead.prevented).toBe(false);
    keyboard.keyup(key("Equal", "Dead"));
    typed("é");
    expect(out).toEqual([{ kind: "text", text: "é" }]);
  });

  it.each([
    ["the letter after it, and the accented one in the field", "e", "é", "é"],
    ["the letter after it, and nothing in the field", "e", "", "e"],
    ["the accented letter", "é", "", "é"],
    ["two signs that do not go together", "x", "´x", "´x"],
  ])("comes from a dead key where the browser tells %s", (_, named, inField, want) => {
    const { out, keyboard, typed } = setUp();
    keyboard.keydown(key("Equal", "Dead"));
    keyboard.keyup(key("Equal", "Dead"));
    keyboard.keydown(key("ShiftLeft", "Shift", { shiftKey: true }));
    keyboard.keydown(key("KeyE", named, { shiftKey: true }));
    if (inField) typed(inField);
    keyboard.keyup(key("KeyE", named, { shiftKey: true }));
    keyboard.keyup(key("ShiftLeft", "Shift"));
    const texts = out.map((e) => (e.kind === "text" || e.down ? (e.text ?? "") : ""));
    expect(texts.join("")).toBe(want);
  });

  it("a dead key within a composition is the input method's", () => {
    const { out, keyboard } = setUp();
    keyboard.keydown(key("Equal", "Dead", { isComposing: true }));
    const letter = key("KeyE", "e");
    keyboard.keydown(letter);
    expect(letter.prevented).toBe(true);
    expect(out).toEqual([{ kind: "key", code: "KeyE", down: true, text: "e" }]);
  });

  it("a dead key and then a named one is the named one", () => {
    const { out, keyboard } = setUp();
    keyboard.keydown(key("Equal", "Dead"));
    const enter = key("Enter", "Enter");
    keyboard.keydown(enter);
    expect(enter.prevented).toBe(true);
    expect(out).toEqual([{ kind: "key", code: "Enter", down: true }]);
  });

  it.each(["insertFromPaste", "insertFromDrop", "deleteContentBackward"])("not by %s", (type) => {
    const { out, sink, typed } = setUp();
    typed("secret", type);
    expect(out).toEqual([]);
    expect(sink.value).toBe("");
  });

  it("a line break is the Enter key", () => {
    const { out, typed } = setUp();
    typed("\n", "insertLineBreak");
    expect(out.map((e) => e.kind === "key" && e.code)).toEqual(["Enter", "Enter"]);
  });

  it("goes in pieces of 256 characters, clean", () => {
    expect(pieces("a\u0000b\r\nc\td")).toEqual(["ab\nc\td"]);
    expect(pieces("😀".repeat(300)).map((p) => [...p].length)).toEqual([256, 44]);
    expect(pieces("")).toEqual([]);
  });
});

describe("shortcuts", () => {
  const held = { ctrlKey: true, altKey: true, shiftKey: true, metaKey: false };

  it("stay here only with all three modifiers", () => {
    expect(commandOf({ code: "KeyS", ...held })).toBe("stop");
    expect(commandOf({ code: "KeyS", ...held, shiftKey: false })).toBeUndefined();
    expect(commandOf({ code: "KeyS", ...held, metaKey: true })).toBeUndefined();
    expect(commandOf({ code: "KeyQ", ...held })).toBeUndefined();
    expect(commandOf({ code: "toString", ...held })).toBeUndefined();
  });

  it("are all in the list", () => {
    expect(shortcutList.map((s) => s.command)).toContain("stop");
    expect(new Set(shortcutList.map((s) => s.keys)).size).toBe(shortcutList.length);
  });
});

describe("the wheel", () => {
  it.each([
    ["120 pixels", { deltaX: 0, deltaY: -120, deltaMode: 0 }, { dx: 0, dy: -1 }],
    ["100 pixels", { deltaX: 0, deltaY: 100, deltaMode: 0 }, { dx: 0, dy: 1 }],
    ["three lines", { deltaX: 0, deltaY: 3, deltaMode: 1 }, { dx: 0, dy: 1 }],
    ["to the right", { deltaX: 240, deltaY: 0, deltaMode: 0 }, { dx: 2, dy: 0 }],
    ["a trackpad", { deltaX: 1.5, deltaY: -7, deltaMode: 0 }, { dx: 0.015, dy: -0.07 }],
    ["a page", { deltaX: 0, deltaY: 1, deltaMode: 2 }, { dx: 0, dy: 8 }],
    ["too much", { deltaX: 0, deltaY: 1e9, deltaMode: 0 }, { dx: 0, dy: 100 }],
    ["a small part", { deltaX: 0, deltaY: 0.01, deltaMode: 0 }, { dx: 0, dy: 0.0001 }],
    [
      "a wheel on a dense display",
      { deltaX: 0, deltaY: 66.66, deltaMode: 0, wheelDeltaY: -120 },
      { dx: 0, dy: 1 },
    ],
    [
      "a trackpad that happens on 40 pixels",
      { deltaX: 0, deltaY: 40, deltaMode: 0, wheelDeltaY: -120 },
      { dx: 0, dy: 0.4 },
    ],
    [
      "a trackpad whose old units are rounded",
      { deltaX: 0, deltaY: 10, deltaMode: 0, wheelDeltaY: -33 },
      { dx: 0, dy: 0.1 },
    ],
    [
      "Firefox, which has both",
      { deltaX: 0, deltaY: -3, deltaMode: 1, wheelDeltaY: 120 },
      { dx: 0, dy: -1 },
    ],
  ])("%s", (_, e, want) => expect(notches(e)).toEqual(want));

  it("asks for the mode before the pixels, for Firefox", () => {
    let isAsked = false;
    const e = {
      deltaX: 0,
      get deltaMode() {
        isAsked = true;
        return 1;
      },
      get deltaY() {
        return isAsked ? 3 : 57;
      },
    };
    expect(notches(e)).toEqual({ dx: 0, dy: 1 });
  });
});
