import { afterEach, describe, expect, it, vi } from "vitest";
import { Refused } from "./http.ts";
import { openLink, useLink as redeemLink } from "./link.ts";
import { addPasskey, beginTotp, confirmTotp, endOtherSignIns, ownAccount } from "./own.ts";

function answer(status: number, v?: unknown) {
  const made = vi.fn<typeof fetch>(() =>
    Promise.resolve(new Response(v === undefined ? null : JSON.stringify(v), { status })),
  );
  vi.stubGlobal("fetch", made);
  return made;
}

afterEach(() => void vi.unstubAllGlobals());

describe("one's own account", () => {
  it("is read", async () => {
    answer(200, {
      secondFactorRequired: true,
      totp: true,
      passkeys: [{ id: "p_1", name: "Laptop\u202e", created: "2026-11-22T12:00:00Z" }],
      recoveryLeft: 9,
      signIns: [{ id: "i_1", current: true, browser: "Chromium", address: "192.0.2.1" }],
    });
    const own = await ownAccount();
    expect(own).toMatchObject({ secondFactorRequired: true, totp: true, recoveryLeft: 9 });
    expect(own.passkeys[0]).toMatchObject({ name: "Laptop", used: undefined });
    expect(own.signIns[0]).toMatchObject({ current: true, created: undefined });
  });

  it("takes an authenticator app into use", async () => {
    answer(200, { secret: "JBSW", uri: "otpauth://totp/x?secret=JBSW" });
    expect(await beginTotp()).toEqual({ secret: "JBSW", uri: "otpauth://totp/x?secret=JBSW" });
    answer(200, { recoveryCodes: ["a-b", "c-d"] });
    expect(await confirmTotp("123456")).toEqual(["a-b", "c-d"]);
    answer(200, {});
    expect(await confirmTotp("123456")).toEqual([]);
  });

  it("ends the other sign-ins", async () => {
    const made = answer(204);
    await endOtherSignIns();
    expect(made.mock.calls[0]?.[0]).toBe("/api/account/sign-ins/end");
    expect(made.mock.calls[0]?.[1]?.body).toBe('{"others":true}');
  });

  it("says when the browser has no passkeys", async () => {
    answer(200, { publicKey: {} });
    await expect(addPasskey("x")).rejects.toMatchObject({ code: "passkey_unsupported" });
  });
});

describe("passkeys", () => {
  const browser = (create: () => Promise<unknown>) => {
    const parse = (o: unknown) => o;
    const PublicKeyCredential = Object.assign(function () {}, {
      parseCreationOptionsFromJSON: parse,
      parseRequestOptionsFromJSON: parse,
    });
    vi.stubGlobal("PublicKeyCredential", PublicKeyCredential);
    vi.stubGlobal("navigator", { credentials: { create } });
  };

  it("are made from the relay's question, and sent as JSON", async () => {
    const made = answer(200, { publicKey: { publicKey: { challenge: "abc" } } });
    const asked = vi.fn(() => Promise.resolve({ toJSON: () => ({ id: "cred" }) }));
    browser(asked);
    await addPasskey("Laptop");
    expect(asked).toHaveBeenCalledWith({ publicKey: { challenge: "abc" } });
    const body = '{"name":"Laptop","credential":{"id":"cred"}}';
    expect(made.mock.calls[1]?.[1]?.body).toBe(body);
  });

  it.each([
    ["NotAllowedError", "passkey_none"],
    ["InvalidStateError", "passkey_known"],
    ["SecurityError", "passkey_address"],
  ])("that fail with %s are %s", async (name, code) => {
    answer(200, { publicKey: {} });
    browser(() => Promise.reject(new DOMException("m", name)));
    const failed = await addPasskey("x").catch((e: unknown) => e);
    expect(failed).toBeInstanceOf(Refused);
    expect(failed).toMatchObject({ code });
  });
});

describe("a link", () => {
  it("says whose it is, and is used with a password", async () => {
    answer(200, { kind: "reset", name: "ines", displayName: "Ines", organisation: "O" });
    expect(await openLink("t")).toMatchObject({ kind: "reset", name: "ines" });
    const made = answer(200, { next: "second-factor", factors: ["totp"] });
    expect(await redeemLink("t", "pw")).toMatchObject({ factors: ["totp"] });
    expect(made.mock.calls[0]?.[1]?.body).toBe('{"token":"t","password":"pw"}');
  });
});
