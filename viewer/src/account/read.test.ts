import { describe, expect, it } from "vitest";
import { countOf, fieldsOf, idOf, objectOf, textOf, textsOf, timeOf, truthOf } from "./read.ts";

describe("reading", () => {
  it("keeps text, and nothing that turns or cuts it", () => {
    expect(textOf("<b>Ines</b>")).toBe("<b>Ines</b>");
    expect(textOf("gnp.\u202eexe\u0000\n")).toBe("gnp.exe");
    expect(textOf("x".repeat(1000), 10)).toBe("x".repeat(10));
    expect(textOf("👩‍👩‍👧‍👦".repeat(100), 7)).toBe("👩‍👩‍👧‍👦");
    expect(textOf(17)).toBe("");
  });

  it("takes what is missing or odd for nothing", () => {
    expect([countOf(-1), countOf(1.5), countOf("7"), countOf(7)]).toEqual([0, 0, 0, 7]);
    expect([truthOf("true"), truthOf(1), truthOf(true)]).toEqual([false, false, true]);
    expect([objectOf(null), objectOf([1]), objectOf("x")]).toEqual([{}, {}, {}]);
    expect(textsOf(["a", 1, null, "b"])).toEqual(["a", "", "", "b"]);
    expect(fieldsOf([{ a: 1 }, null], 1)).toEqual([{ a: 1 }]);
    expect(fieldsOf({ length: 3 })).toEqual([]);
  });

  it.each([
    ["2026-11-22T12:00:00Z", Date.UTC(2026, 10, 22, 12)],
    ["0001-01-01T00:00:00Z", undefined],
    ["soon", undefined],
    [17, undefined],
  ])("reads the time %s", (text, time) => expect(timeOf(text)?.getTime()).toBe(time));

  it("insists on an id", () => {
    expect(idOf("u_1")).toBe("u_1");
    expect(() => idOf("")).toThrow(expect.objectContaining({ code: "internal" }) as Error);
  });
});
