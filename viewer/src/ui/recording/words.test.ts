import { describe, expect, it } from "vitest";
import { inEnglish, languages, load } from "../../languages/text.ts";
import type { Event, Happening } from "../../recording/event.ts";
import { size, span } from "./measures.ts";
import { gapWords, said, told } from "./words.ts";

const place = { x: 0, y: 0, width: 1920, height: 1080 };

/** One of everything that there is. */
const everything: Happening[] = [
  { type: "consent", recorded: true },
  { type: "permissions", now: ["view", "files-to-host", "files-from-host"], isPaused: false },
  { type: "screen", monitor: -1, monitors: [], ...place },
  { type: "screen", monitor: 3, monitors: [], ...place },
  { type: "pointer", x: 1, y: 1, by: "person" },
  { type: "click", button: 0, x: 1, y: 1, by: "technician" },
  { type: "click", button: 2, x: 1, y: 1, by: "person" },
  { type: "keys", count: 12 },
  { type: "window", title: "", program: "" },
  { type: "chat", from: "person", text: "4711" },
  { type: "clipboard", to: "technician", characters: 120 },
  { type: "file", to: "person", name: "4711.zip", size: 48_213 },
  { type: "pause", what: "session", reason: "upload" },
  { type: "unpause", what: "recording", length: 61_000 },
  { type: "gap", from: 0, to: 900, reason: "busy" },
  { type: "quality", codec: "vp8", width: 1, height: 1, bitsPerSecond: 1 },
  { type: "path", path: "relay" },
  { type: "connection", state: "disconnected" },
  { type: "words", result: "same" },
  { type: "end", reason: "host_stopped" },
].map((one) => ({ sha256: "", ...one }) as Happening);

describe("what happened", () => {
  it("is told in English", () => {
    expect(everything.map((one) => said(inEnglish, { t: 0, ...one }).text)).toEqual([
      "The person said yes",
      "Allowed: view, files",
      "Shown: the screen, 1920 × 1080",
      "Shown: monitor 3, 1920 × 1080",
      "Pointer",
      "Click by the technician",
      "Right click by the person",
      "12 keys",
      "A window",
      "Person: 4711",
      "Clipboard from the host, 120 characters",
      "File to the host: 4711.zip (48 kB)",
      "Session paused (the relay could not be reached)",
      "Recording goes on after 1 min 1 sec",
      "Not recorded: 0.9 sec (the host’s computer could not keep up)",
      "Picture: VP8, 1 × 1",
      "By way of the relay",
      "Technician disconnected",
      "The words were the same",
      "End (the person stopped it)",
    ]);
  });

  it.each(languages.filter((name) => name !== "en"))("is told in %s alone", async (language) => {
    const t = await load(language);
    for (const one of everything) {
      const [own, english] = [said(t, { t: 0, ...one }), said(inEnglish, { t: 0, ...one })];
      expect(own.text, one.type).not.toBe(english.text);
      expect({ ...own, text: "" }).toEqual({ ...english, text: "" });
    }
    const gap = { from: 0, to: 12_000, what: "recording", reason: "person" } as const;
    expect(gapWords(t, gap)).not.toEqual(gapWords(inEnglish, gap));
  });

  it("of a newer host is told by its name", () => {
    const text = (one: Happening) => said(inEnglish, { t: 0, ...one }).text;
    expect(text({ type: "other", name: "printed" })).toBe("printed");
    expect(text({ type: "end", reason: "power_cut" })).toBe("End (power cut)");
    expect(text({ type: "permissions", now: ["sing"], isPaused: false })).toBe("Allowed: sing");
  });
});

it("permissions are told when they change", () => {
  const now = (t: number, now: string[], isPaused = false): Event => ({
    type: "permissions",
    t,
    now,
    isPaused,
  });
  const events: Event[] = [
    now(0, []),
    { type: "consent", t: 1, recorded: true },
    now(2, ["view"]),
    now(3, ["view"]),
    now(4, ["view"], true),
    now(5, ["view"]),
    now(6, []),
  ];
  expect(told(inEnglish, events).map(({ t, text }) => `${t} ${text}`)).toEqual([
    "1 The person said yes",
    "2 Allowed: view",
    "4 Everything paused",
    "5 Allowed: view",
    "6 Nothing allowed",
  ]);
});

it.each([
  [0, "0 sec"],
  [301, "0.4 sec"],
  [59_400, "59 sec"],
  [180_000, "3 min"],
  [200_000, "3 min 20 sec"],
  [3_840_000, "1 hr 4 min"],
])("%i ms are %s", (ms, text) => expect(span(inEnglish, ms)).toBe(text));

it.each([
  [1, "1 byte"],
  [48_213, "48 kB"],
  [4_821_000, "4.8 MB"],
])("%i bytes are %s", (bytes, text) => expect(size(inEnglish, bytes)).toBe(text));
