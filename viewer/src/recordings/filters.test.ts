import { afterEach, describe, expect, it, vi } from "vitest";
import { countOf, filterOf, nothing, queryOf, saveFilter, savedFilters } from "./filters.ts";
import type { Filter } from "./filters.ts";

afterEach(() => void vi.unstubAllGlobals());

describe("a filter", () => {
  it("that asks for nothing is no query", () => {
    expect(queryOf(nothing)).toBe("");
    expect(filterOf("")).toEqual(nothing);
    expect(countOf(nothing)).toBe(0);
  });

  it.each<[Partial<Filter>, string]>([
    [{ q: " why? " }, "q=why%3F"],
    [{ technician: "ines", host: "anna-pc" }, "technician=ines&host=anna-pc"],
    [{ from: "2026-11-01", to: "2026-11-22" }, "from=2026-11-01&to=2026-11-22"],
    [{ least: "0.5", most: "90" }, "min=30&max=5400"],
    [{ happened: ["files_out", "off_hours"] }, "happened=files_out%2Coff_hours"],
    [{ state: "live", held: true }, "state=live&held=true"],
  ])("%o is asked for and read again", (change, query) => {
    const filter = { ...nothing, ...change };
    expect(queryOf(filter)).toBe(query);
    expect(queryOf(filterOf(query))).toBe(query);
  });

  it.each<Partial<Filter>>([
    { from: "yesterday" },
    { to: "2026-13-40" },
    { least: "-5" },
    { most: "1e9" },
    { ticket: "   " },
  ])("leaves out what makes no sense: %o", (change) => {
    expect(queryOf({ ...nothing, ...change })).toBe("");
  });

  it("takes from an address only what it knows", () => {
    const odd = "happened=control,toString&state=__proto__&min=1e99&from=%3Cscript%3E&held=yes&x=1";
    expect(queryOf(filterOf(odd))).toBe("happened=control");
  });

  it("counts what is set below the search box", () => {
    expect(countOf({ ...nothing, q: "x", happened: ["control", "chat"], held: true })).toBe(3);
  });
});

describe("saved filters", () => {
  it("are read and written", async () => {
    const made = vi.fn<typeof fetch>(() =>
      Promise.resolve(
        Response.json({ filters: [{ id: "f_1", name: "Nights", query: "held=true" }] }),
      ),
    );
    vi.stubGlobal("fetch", made);
    expect(await savedFilters()).toEqual([{ id: "f_1", name: "Nights", query: "held=true" }]);
    await saveFilter("Nights", "held=true");
    expect(made.mock.calls[1]?.[1]?.body).toBe('{"name":"Nights","query":"held=true"}');
  });
});
