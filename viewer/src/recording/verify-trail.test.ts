import { afterEach, describe, expect, it, vi } from "vitest";
import { MANIFEST } from "./lines.ts";
import { mayBeIncomplete, trailOf } from "./verify-trail.ts";

interface Entry {
  n: number;
  kind: string;
  detail: unknown;
}

/** A relay whose audit trail has these entries, of which it gives 200 at once. */
function trailHas(entries: Omit<Entry, "n">[]): URLSearchParams[] {
  const all: Entry[] = entries.map((entry, n) => ({ n: n + 1, ...entry }));
  const asked: URLSearchParams[] = [];
  vi.stubGlobal("fetch", async (address: string) => {
    const query = new URL(address, "https://relay.example").searchParams;
    asked.push(query);
    const after = Number(query.get("after"));
    const found = all.filter((e) => e.kind === query.get("kind") && e.n > after);
    return Response.json({ events: found.slice(0, 200) });
  });
  return asked;
}

afterEach(() => vi.unstubAllGlobals());

const begun = { kind: "recording_begun", detail: { link: "first" } };
const head = (part: number) => ({
  kind: "recording_head",
  detail: { part: String(part), link: `link ${part}` },
});
const ended = (complete: string, link = "last") => ({
  kind: "recording_ended",
  detail: { parts: "121", link, complete },
});

describe("the trail of a recording", () => {
  it("has the marks of its beginning, of every minute, and of its end", async () => {
    const asked = trailHas([begun, head(59), head(119), ended("true")]);
    expect(await trailOf("s_1")).toEqual({
      marks: [
        { part: MANIFEST, link: "first" },
        { part: 59, link: "link 59" },
        { part: 119, link: "link 119" },
        { part: 120, link: "last" },
      ],
      ended: { parts: 121, isComplete: true },
      isDeleted: false,
    });
    expect(new Set(asked.map((query) => query.get("session")))).toEqual(new Set(["s_1"]));
  });

  it("is read to its end, page after page, and each entry once", async () => {
    const minutes = Array.from({ length: 450 }, (_, n) => head(n));
    const asked = trailHas([begun, ...minutes]);
    const { marks } = await trailOf("s_1");
    expect(marks.map(({ part }) => part)).toEqual([MANIFEST, ...minutes.keys()]);
    expect(asked.map((query) => query.get("after"))).toContain("401");
  });

  it("of a relay that never ends is left where two days are over", async () => {
    vi.stubGlobal("fetch", async () => {
      const page = Array.from({ length: 200 }, (_, n) => ({ n: n + 1, ...head(n) }));
      return Response.json({ events: page });
    });
    expect((await trailOf("s_1")).marks.length).toBeLessThan(4 * 3200);
  });

  it("says that it was deleted, and that there is none", async () => {
    trailHas([begun, ended("true"), { kind: "recording_deleted", detail: {} }]);
    expect(await trailOf("s_1")).toMatchObject({ isDeleted: true });
    trailHas([]);
    expect(await trailOf("s_1")).toEqual({ marks: [], ended: undefined, isDeleted: false });
  });

  it("has no mark of an end without a link, and makes none up of what is odd", async () => {
    trailHas([ended("false", ""), { kind: "recording_head", detail: null }]);
    const { marks, ended: end } = await trailOf("s_1");
    expect(marks).toEqual([{ part: NaN, link: "" }]);
    expect(end).toEqual({ parts: 121, isComplete: false });
  });

  it("that is not given is an error, not an empty trail", async () => {
    vi.stubGlobal("fetch", async () => Response.json({ code: "forbidden" }, { status: 403 }));
    await expect(trailOf("s_1")).rejects.toMatchObject({ code: "forbidden" });
  });
});

it.each([
  ["still runs", undefined, true, true],
  ["was cut off, as the trail says", { parts: 5, isComplete: false }, false, true],
  ["ended properly", { parts: 5, isComplete: true }, false, false],
  ["has no end in the trail", undefined, false, false],
])("a recording that %s may be incomplete or not", (_, end, isLive, may) => {
  const trail = { marks: [], ended: end, isDeleted: false };
  expect(mayBeIncomplete(trail, isLive)).toBe(may);
});
