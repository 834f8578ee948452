import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { toBase64 } from "../words/derive.ts";
import { signConsent } from "./consent.ts";
import { Verifier } from "./grant.ts";
import { Invalid, importKey, newSessionKey, verify } from "./jwt.ts";

// What the holder of the relay's key could sign: the same cases that the program's tests have.
const folder = new URL("../../../signaling/grant/testdata/fuzz/FuzzSignedGrant/", import.meta.url);
const now = 1_800_000_000;
const want = { sessionId: "s_1", subject: "u_1", fingerprint: "sha-256 AA" };

interface Case {
  header: string;
  claims: string;
}

function read(name: string): Case {
  const [, header = "", claims = ""] = readFileSync(new URL(name, folder), "utf8").split("\n");
  const text = (line: string) => eval(line.replace(/^string\((.*)\)$/, "$1")) as string;
  const times = text(claims)
    .replaceAll("NOW", `${now}`)
    .replaceAll("SOON", `${now + 60}`);
  return { header: text(header), claims: times };
}

/** The key whose seed is 32 zeros. */
async function zeroKey(): Promise<{ sign: (c: Case) => Promise<string>; key: string }> {
  const head = Buffer.from("302e020100300506032b657004220420", "hex");
  const pkcs8 = Buffer.concat([head, Buffer.alloc(32)]);
  const key = await crypto.subtle.importKey("pkcs8", pkcs8, "Ed25519", true, ["sign"]);
  const { x = "" } = await crypto.subtle.exportKey("jwk", key);
  const sign = async ({ header, claims }: Case) => {
    const text = [header, claims].map((p) => toBase64(Buffer.from(p))).join(".");
    const signature = await crypto.subtle.sign("Ed25519", key, Buffer.from(text));
    return `${text}.${toBase64(new Uint8Array(signature))}`;
  };
  return { sign, key: x };
}

const zero = await zeroKey();
const verifier = new Verifier("https://help.example", [{ id: "k", key: zero.key }], () => now);

describe("a grant", () => {
  const good = read("good");
  /** The program believes these too: they say the same in another way. */
  const believed = ["good", "algorithm-twice", "scopes-twice", "two-audiences"];

  it.each(readdirSync(folder).filter((name) => believed.includes(name)))(
    "%s is believed",
    async (name) => {
      const grant = await verifier.verify(await zero.sign(read(name)), want);
      expect(grant.scopes).toContain("view");
      expect(grant.until).toBe(now + 120);
    },
  );

  it.each(readdirSync(folder).filter((name) => !believed.includes(name)))(
    "%s is refused",
    async (name) => {
      await expect(verifier.verify(await zero.sign(read(name)), want)).rejects.toThrow(Invalid);
    },
  );

  it.each([
    ["another session", { sessionId: "s_2" }],
    ["another technician", { subject: "u_2" }],
    ["another certificate", { fingerprint: "sha-256 BB" }],
    ["no certificate", { fingerprint: "" }],
  ])("is refused for %s", async (_, change) => {
    const token = await zero.sign(good);
    await expect(verifier.verify(token, { ...want, ...change })).rejects.toThrow(Invalid);
  });

  it.each([-121, 61 + 60])("is refused %i seconds away from its time", async (seconds) => {
    const then = new Verifier(
      "https://help.example",
      [{ id: "k", key: zero.key }],
      () => now + (seconds < 0 ? seconds : seconds + 60),
    );
    await expect(then.verify(await zero.sign(good), want)).rejects.toThrow(Invalid);
  });

  it("is refused when a bit of it is another", async () => {
    const token = await zero.sign(good);
    for (const at of [3, token.indexOf(".") + 5, token.length - 20]) {
      const other = token[at] === "A" ? "B" : "A";
      const changed = token.slice(0, at) + other + token.slice(at + 1);
      await expect(verifier.verify(changed, want)).rejects.toThrow(Invalid);
    }
  });

  it("is checked against the newest keys", async () => {
    const token = await zero.sign(good);
    const { publicKey } = await newSessionKey();
    const other = new Verifier("https://help.example", [{ id: "k", key: publicKey }], () => now);
    await expect(other.verify(token, want)).rejects.toThrow(Invalid);
    other.replace([{ id: "k", key: zero.key }]);
    expect((await other.verify(token, want)).scopes).toEqual(["view", "control"]);
  });
});

describe("a consent", () => {
  it("says what the protocol wants, and nothing but looking", async () => {
    const key = await newSessionKey();
    const statement = await signConsent(key, {
      audience: "https://help.example",
      technician: { id: "u_1", name: "Ines Okafor", organisation: "Help Desk" },
      sessionId: "s_1",
      requestId: "r_1",
      now: now + 0.75,
    });
    const header = JSON.parse(atob(statement.split(".")[0] ?? "")) as object;
    expect(header).toEqual({ alg: "EdDSA", typ: "lendhand-consent+jwt" });
    const imported = await importKey(key.publicKey);
    // A consent names no key; only its own can have signed it.
    const parts = statement.split(".");
    const signed = new TextEncoder().encode(parts.slice(0, 2).join("."));
    const signature = Buffer.from(parts[2] ?? "", "base64url");
    expect(await crypto.subtle.verify("Ed25519", imported, signature, signed)).toBe(true);
    const claims = JSON.parse(Buffer.from(parts[1] ?? "", "base64url").toString()) as object;
    expect(claims).toEqual({
      iss: "lendhand-host",
      aud: ["https://help.example"],
      sub: "u_1",
      name: "Ines Okafor",
      organisation: "Help Desk",
      sid: "s_1",
      rid: "r_1",
      scope: ["view"],
      recorded: false,
      iat: now,
      exp: now + 8 * 3600,
      jti: expect.stringMatching(/^[\w-]{22}$/) as string,
    });
    await expect(verify(statement, "lendhand-consent+jwt", () => imported)).rejects.toThrow(
      "an unknown key",
    );
  });
});
