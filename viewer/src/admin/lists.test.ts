import { afterEach, describe, expect, it, vi } from "vitest";
import { entries } from "./audit.ts";
import { addPerson, changePerson, people } from "./people.ts";
import { liveSessions } from "./sessions.ts";

afterEach(() => void vi.unstubAllGlobals());

function answer(v: unknown) {
  const made = vi.fn<typeof fetch>(() => Promise.resolve(new Response(JSON.stringify(v))));
  vi.stubGlobal("fetch", made);
  return made;
}

describe("people", () => {
  it("are listed by their names, with the roles that are known", async () => {
    answer({
      people: [
        {
          id: "2",
          name: "kim",
          displayName: "Kim",
          roles: ["admin", "king"],
          passkeys: 2,
          reports: 3,
        },
        { id: "1", name: "ada", roles: null, disabled: true },
      ],
    });
    const [ada, kim] = await people();
    expect(ada).toMatchObject({
      displayName: "ada",
      roles: [],
      disabled: true,
      reports: 0,
      lastSignIn: undefined,
    });
    expect(kim).toMatchObject({ roles: ["admin"], passkeys: 2, reports: 3 });
  });

  it("are added with a link, and changed in what is named", async () => {
    answer({ person: { id: "1", name: "kim" }, link: "https://relay.example/welcome#t" });
    const added = await addPerson({ name: "kim", displayName: "Kim", roles: [], group: "" });
    expect(added.link).toBe("https://relay.example/welcome#t");
    const made = answer({});
    await changePerson("1", { disabled: true });
    expect(made.mock.calls[0]?.[1]?.body).toBe('{"id":"1","disabled":true}');
  });
});

describe("live sessions", () => {
  it("are listed, the newest first", async () => {
    answer({
      sessions: [
        {
          id: "a",
          technician: { name: "Ines", reports: 2 },
          host: { name: "pc" },
          created: "2026-01-01T00:00:00Z",
        },
        { id: "b", technician: "Kim", host: "mac", created: "2026-01-02T00:00:00Z" },
      ],
    });
    const sessions = await liveSessions();
    expect(sessions.map((s) => [s.id, s.technician, s.host, s.reports])).toEqual([
      ["b", "Kim", "mac", 0],
      ["a", "Ines", "pc", 2],
    ]);
  });
});

describe("the journal", () => {
  it("is asked for from its end, or from where it was left", async () => {
    const made = answer({ events: [{ n: 7, kind: "sign_in", detail: { way: "totp", odd: 3 } }] });
    expect((await entries(""))[0]).toMatchObject({
      number: 7,
      detail: [
        ["way", "totp"],
        ["odd", ""],
      ],
    });
    await entries("sign_in", 7);
    expect(made.mock.calls.map(([path]) => path)).toEqual([
      "/api/admin/audit?before=0",
      "/api/admin/audit?before=7&kind=sign_in",
    ]);
  });
});
