import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { KeyEvent, TextEvent } from "../protocol/message.ts";
import { Keyboard } from "./keyboard.ts";
import type { KeyLike } from "./keytext.ts";

// What people press under nine layouts, as a real Chromium told it (e2e/keyboards.recording.ts), and
// what this page sends for it. The host's test types the same file into a real program under each of
// the nine layouts (client/internal/input/robot). UPDATE_KEYBOARDS=1 writes the `sends` anew.
const folder = new URL("../../../signaling/testdata/keyboards/", import.meta.url);

interface Stroke {
  press: string;
  /** The browser's events in order, a line each. */
  browser: string[];
  /** The text that came of it. */
  types: string;
  /** The page's events, a line each: "down KeyQ @", "up KeyQ", "text é". */
  sends?: string[];
}

interface Recording {
  layout: string;
  setxkbmap: string[];
  strokes: Stroke[];
}

/** Plays the browser's events into a keyboard as the browser would, with a field of its own. */
function play(lines: readonly string[]): string[] {
  const sends: string[] = [];
  const sink = { value: "" };
  const keyboard = new Keyboard({ sink, emit: (e) => sends.push(write(e)) });
  let isPrevented = false;
  for (const line of lines) {
    const [kind = "", a = "", mods = "", rest = ""] = split(line);
    const e = eventOf(a === "-" ? "" : a, mods, rest);
    if (kind === "down") {
      keyboard.keydown(e);
      isPrevented = e.isPrevented;
    } else if (kind === "up") keyboard.keyup(e);
    else if (kind === "composed") keyboard.compositionend();
    else if (!isPrevented) {
      sink.value = rest;
      keyboard.input({ inputType: a, isComposing: mods === "i" });
    }
  }
  expect(sink.value, "left in the field").toBe("");
  return sends;
}

/** Three words, and the rest, which may be a space. */
function split(line: string): string[] {
  return /^(\S+) (\S+) (\S+) (.*)$/s.exec(line)?.slice(1) ?? [];
}

function eventOf(code: string, mods: string, key: string): KeyLike & { isPrevented: boolean } {
  const names = ["Shift", "Control", "Alt", "Meta", "AltGraph", "CapsLock", "NumLock"];
  const on = (name: string) => mods.includes("scamgln"[names.indexOf(name)] ?? "?");
  return {
    code,
    key,
    shiftKey: on("Shift"),
    ctrlKey: on("Control"),
    altKey: on("Alt"),
    metaKey: on("Meta"),
    isComposing: mods.includes("i"),
    timeStamp: 0,
    getModifierState: on,
    isPrevented: false,
    preventDefault() {
      this.isPrevented = true;
    },
  };
}

function write(e: KeyEvent | TextEvent): string {
  if (e.kind === "text") return `text ${e.text}`;
  if (!e.down) return `up ${e.code}`;
  return e.text === undefined ? `down ${e.code}` : `down ${e.code} ${e.text}`;
}

/** The text that the page's events carry. */
function carried(sends: readonly string[]): string {
  return sends.map((s) => /^(?:text|down \S+) (.*)$/s.exec(s)?.[1] ?? "").join("");
}

/** The keys that are down after them. */
function stillDown(sends: readonly string[]): string[] {
  const down = new Set<string>();
  for (const [kind, code = ""] of sends.map((s) => s.split(" "))) {
    if (kind === "down") down.add(code);
    if (kind === "up") down.delete(code);
  }
  return [...down];
}

const files = readdirSync(folder).filter((name) => name.endsWith(".json"));
const isUpdate = process.env["UPDATE_KEYBOARDS"] !== undefined;

it("there is a recording of each layout", () => {
  expect(files.map((name) => name.replace(".json", ""))).toEqual(
    expect.arrayContaining(["us", "gb", "de", "fr", "it", "ch", "es", "jp", "us-intl", "others"]),
  );
});

describe.each(files)("%s", (name) => {
  const recording = JSON.parse(readFileSync(new URL(name, folder), "utf8")) as Recording;
  const played = recording.strokes.map((stroke) => ({ ...stroke, sends: play(stroke.browser) }));

  it("what is sent carries the text that the technician sees, and leaves nothing down", () => {
    for (const { press, types, sends } of played) {
      expect(`${press}: ${carried(sends)}`).toBe(`${press}: ${types}`);
      expect(stillDown(sends), press).toEqual([]);
    }
  });

  it("what is sent is what the host is tested with", () => {
    if (isUpdate) update(name, { ...recording, strokes: played });
    for (const [n, { press, sends }] of played.entries()) {
      expect(sends, press).toEqual(isUpdate ? sends : recording.strokes[n]?.sends);
    }
  });
});

function update(name: string, { layout, setxkbmap, strokes }: Recording): void {
  const head = `"layout":${JSON.stringify(layout)},"setxkbmap":${JSON.stringify(setxkbmap)}`;
  const lines = strokes.map((s) => JSON.stringify(s)).join(",\n");
  writeFileSync(new URL(name, folder), `{${head},"strokes":[\n${lines}\n]}\n`);
}
