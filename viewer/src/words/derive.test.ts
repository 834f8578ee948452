import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { commitmentTo, fromBase64, list, toBase64, wordsOf } from "./derive.ts";

interface Vector {
  name: string;
  sessionId: string;
  hostFingerprint: string;
  technicianFingerprint: string;
  hostNonce: string;
  technicianNonce: string;
  commitment: string;
  words: string[];
}

const file = new URL("../../../signaling/testdata/verifywords/vectors.json", import.meta.url);
const vectors = JSON.parse(readFileSync(file, "utf8")) as Vector[];

describe("golden vectors of the words", () => {
  it("are there", () => expect(vectors.length).toBeGreaterThan(3));
  it.each(vectors.map((v) => [v.name, v] as const))("%s", async (_, v) => {
    const { sessionId, hostFingerprint: host, technicianFingerprint: technician } = v;
    const bound = { sessionId, host, technician };
    expect(await commitmentTo(bound, fromBase64(v.hostNonce))).toBe(v.commitment);
    const nonces = [fromBase64(v.hostNonce), fromBase64(v.technicianNonce)] as const;
    expect(await wordsOf(bound, ...nonces)).toEqual(v.words);
  });
});

describe("the words", () => {
  it("are taken from a list of 256", () => expect(new Set(list).size).toBe(256));

  it("are not made of what is no fingerprint", async () => {
    const bound = { sessionId: "s", host: "sha-256 4A", technician: "sha-256 4A" };
    await expect(commitmentTo(bound, new Uint8Array(32))).rejects.toThrow("not a fingerprint");
  });

  it("come with bytes that survive being written", () => {
    const bytes = Uint8Array.from({ length: 32 }, (_, i) => (i * 37 + 251) & 0xff);
    expect(fromBase64(toBase64(bytes))).toEqual(bytes);
    expect(toBase64(bytes)).toMatch(/^[\w-]{43}$/);
  });
});
