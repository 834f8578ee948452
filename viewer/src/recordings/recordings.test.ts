import { afterEach, describe, expect, it, vi } from "vitest";
import { merge } from "../ui/recordings/found.ts";
import { lengthWords, riskWords, sizeWords } from "../ui/recordings/words.ts";
import { keyFile, keyProblem, makeKey } from "./key.ts";
import { recordingOf, sample, search } from "./list.ts";
import { details, hold } from "./one.ts";
import { fullness, storage } from "./storage.ts";

afterEach(() => void vi.unstubAllGlobals());

function answer(v: unknown) {
  const made = vi.fn<typeof fetch>(() => Promise.resolve(Response.json(v)));
  vi.stubGlobal("fetch", made);
  return made;
}

const one = {
  id: "s_1",
  state: "complete",
  begun: "2026-11-22T10:00:00.123Z",
  length: 751_000,
  technician: { id: "u_1", name: "Ines" },
  host: { name: "pc\u202E" },
  happened: ["control", "later"],
  opens: "auditor",
};

describe("recordings", () => {
  it("are found, page by page", async () => {
    const made = answer({ recordings: [one], next: "c2", words: false });
    const page = await search("q=a%26b", "c1");
    expect(made.mock.calls[0]?.[0]).toBe("/api/recordings?q=a%26b&cursor=c1");
    expect(page).toMatchObject({ next: "c2", hasWords: false });
    expect(page.recordings[0]).toMatchObject({
      state: "complete",
      host: { name: "pc", os: "" },
      isSealed: true,
      happened: ["control", "later"],
    });
  });

  it("of a state that is not known count as incomplete, and without an ID are refused", () => {
    expect(recordingOf({ ...one, state: "paused" }).state).toBe("incomplete");
    expect(() => recordingOf({})).toThrow();
  });

  it("stay in sight when newer ones push them off the first page", () => {
    const [a, b, c] = ["a", "b", "c"].map((id) => recordingOf({ id }));
    const again = recordingOf({ id: "b", views: 2 });
    expect(merge([a!, again], [b!, c!])).toEqual([a, again, c]);
  });

  it("are drawn by risk", async () => {
    answer({ recordings: [{ ...one, risk: 9, why: ["control", "incomplete"] }], of: 12 });
    const { drawn, of } = await sample(5);
    expect([drawn[0]?.risk, of]).toEqual([9, 12]);
    expect(riskWords(drawn[0]?.why ?? [])).toBe("control, incomplete");
    expect(riskWords([])).toBe("by chance alone");
  });

  it("tell all but what needs a reason, and keep the manifest's bytes as they are", async () => {
    const manifest = '{"version":1,"ticket":"\u202E"}';
    const hold = { reason: "case", by: { name: "Ada" }, since: "2026-11-22T10:00:00Z" };
    answer({
      ...one,
      manifest,
      hold,
      views: [{ by: { name: "Ada" }, kind: "view" }],
      reason: null,
    });
    const d = await details("s_1");
    expect(d).toMatchObject({ manifest, views: 1, isOpen: false, hold: { by: "Ada" } });
    expect(d.looks).toHaveLength(1);
  });

  it("are held with a reason", async () => {
    const made = answer({});
    await hold("s/1", true, "case");
    expect(made.mock.calls[0]?.[0]).toBe("/api/recordings/s%2F1/hold");
  });

  it("have a length and a size in words", () => {
    expect(lengthWords(recordingOf({ ...one, state: "live" }))).toBe("12 min 31 s so far");
    expect([0, 999, 1000, 8_123_456, 512e9].map(sizeWords)).toEqual([
      "0 bytes",
      "999 bytes",
      "1.0 KB",
      "8.1 MB",
      "512 GB",
    ]);
  });
});

describe("storage", () => {
  it("is as full as its quota, or the disk", async () => {
    answer({ bytes: 30, quota: 120, free: 1, total: 100, state: "odd", readers: null });
    const figures = await storage();
    expect(figures.state).toBe("ok");
    expect(fullness(figures)).toBe(0.25);
    expect(fullness({ ...figures, quota: 0 })).toBe(0.99);
    expect(fullness({ ...figures, quota: 0, total: 0 })).toBe(0);
  });
});

describe("a key", () => {
  it("is made here, and its file is one of age's", async () => {
    const pair = await makeKey();
    expect(pair.identity).toMatch(/^AGE-SECRET-KEY-1/);
    expect(await keyProblem(pair.recipient)).toBe("");
    const lines = keyFile(pair, new Date("2026-11-22T10:00:00.5Z")).split("\n");
    expect(lines[0]).toBe("# created: 2026-11-22T10:00:00Z");
    expect(lines).toContain(pair.identity);
  });

  it.each([
    ["", /^$/],
    ["AGE-SECRET-KEY-1QQ", /secret half/],
    ["ssh-rsa AAAA", /begins with age1/],
    ["age1qqqq", /no whole/],
  ])("%s is judged before it is added", async (text, said) => {
    expect(await keyProblem(text)).toMatch(said);
  });
});
