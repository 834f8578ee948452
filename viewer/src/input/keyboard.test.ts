import { describe, expect, it } from "vitest";
import type { KeyEvent, TextEvent } from "../protocol/message.ts";
import { Keyboard, pieces } from "./keyboard.ts";
import type { KeyLike } from "./keyboard.ts";
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

function setUp() {
  const out: (KeyEvent | TextEvent)[] = [];
  const sink = { value: "" };
  const keyboard = new Keyboard({ sink, emit: (e) => out.push(e) });
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
    ["a combination", key("KeyC", "c", { ctrlKey: true }), { code: "KeyC" }],
    ["with Alt", key("KeyF", "f", { altKey: true }), { code: "KeyF" }],
    ["with Meta", key("KeyL", "l", { metaKey: true }), { code: "KeyL" }],
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

  it("the Control that Windows makes of AltGr comes up again", () => {
    const { out, keyboard } = setUp();
    keyboard.keydown(key("ControlLeft", "Control", { timeStamp: 100, ctrlKey: true }));
    keyboard.keydown(key("AltRight", "AltGraph", { timeStamp: 101, altGraph: true }));
    expect(out).toEqual([
      { kind: "key", code: "ControlLeft", down: true },
      { kind: "key", code: "ControlLeft", down: false },
      { kind: "key", code: "AltRight", down: true },
    ]);
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

  it("release brings up what is down, once", () => {
    const { out, keyboard } = setUp();
    keyboard.keydown(key("ShiftLeft", "Shift"));
    keyboard.keydown(key("KeyA", "A"));
    keyboard.release();
    keyboard.keyup(key("KeyA", "A"));
    expect(out.slice(2)).toEqual([
      { kind: "key", code: "ShiftLeft", down: false },
      { kind: "key", code: "KeyA", down: false },
    ]);
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
    keyboard.keyup(key("KeyN", "n", { isComposing: true }));
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
  ])("%s", (_, e, want) => expect(notches(e)).toEqual(want));
});
