import { afterEach, describe, expect, it, vi } from "vitest";
import { isTechnician, Refused, signIn, signInSecond, signOut, ways, whoAmI } from "./account.ts";

const ines = {
  id: "u_17",
  name: "Ines Okafor",
  signInName: "ines",
  roles: ["technician"],
  organisation: "Help Desk",
  mustEnrol: false,
  recording: "optional" as const,
};

function answer(status: number, v?: unknown) {
  const made = vi.fn<typeof fetch>(() =>
    Promise.resolve(new Response(v === undefined ? null : JSON.stringify(v), { status })),
  );
  vi.stubGlobal("fetch", made);
  return made;
}

async function refusal(p: Promise<unknown>): Promise<string> {
  const e: unknown = await p.then(
    () => undefined,
    (e: unknown) => e,
  );
  return e instanceof Refused ? e.code : `no refusal: ${String(e)}`;
}

afterEach(() => void vi.unstubAllGlobals());

describe("account", () => {
  it("knows who is signed in", async () => {
    answer(200, ines);
    expect(await whoAmI()).toEqual(ines);
    answer(401, { code: "unauthenticated", message: "m", hint: "h" });
    expect(await whoAmI()).toBeUndefined();
  });

  it("signs in", async () => {
    const made = answer(200, ines);
    expect(await signIn("ines", "secret")).toEqual(ines);
    expect(made.mock.calls[0]?.[0]).toBe("/api/sign-in");
    expect(made.mock.calls[0]?.[1]?.body).toBe('{"name":"ines","password":"secret"}');
  });

  it("is asked for a second factor", async () => {
    const made = answer(200, {
      next: "second-factor",
      factors: ["recovery", "totp", "smoke-signals"],
    });
    const step = await signIn("ines", "secret");
    expect(step).toEqual({ factors: ["totp", "recovery"], passkey: undefined });
    answer(200, ines);
    expect(await signInSecond({ totp: "123456" })).toEqual(ines);
    expect(made).toHaveBeenCalledTimes(1);
  });

  it("learns what else than a password is taken", async () => {
    answer(200, { passkey: true, openid: "Exam\u202eple" });
    expect(await ways()).toEqual({ passkey: true, openid: "Example" });
  });

  it("tells how long to wait, when that is sensible", async () => {
    for (const [said, wait] of [
      ["12", 12],
      ["-1", 0],
      ["soon", 0],
      ["999999", 0],
    ] as const) {
      const headers = { "Retry-After": said };
      const body = JSON.stringify({ code: "too_many_tries", message: "m", hint: "h" });
      vi.stubGlobal("fetch", () => Promise.resolve(new Response(body, { status: 429, headers })));
      await expect(signIn("ines", "x")).rejects.toMatchObject({ wait });
    }
  });

  it("signs out, also when nobody is signed in any more", async () => {
    answer(204);
    await expect(signOut()).resolves.toBeUndefined();
    answer(401);
    await expect(signOut()).resolves.toBeUndefined();
  });

  it.each([
    [401, { code: "sign_in_failed", message: "m", hint: "h" }, "sign_in_failed"],
    [429, { code: "too_many_tries", message: "m", hint: "h" }, "too_many_tries"],
    [502, "<html>", "internal"],
    [200, {}, "internal"],
  ])("a %i is told by its code", async (status, v, code) => {
    answer(status, v);
    expect(await refusal(signIn("ines", "x"))).toBe(code);
  });

  it("tells a relay that cannot be reached", async () => {
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("failed")));
    expect(await refusal(whoAmI())).toBe("relay_unreachable");
  });

  it("tells technicians from auditors", () => {
    expect(isTechnician(ines)).toBe(true);
    expect(isTechnician({ ...ines, roles: ["auditor"] })).toBe(false);
  });
});
