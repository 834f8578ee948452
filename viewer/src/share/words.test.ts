import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { fromBase64, newNonce, toBase64 } from "../words/derive.ts";
import { Exchange, Mistrust } from "../words/exchange.ts";
import { HostExchange } from "./words.ts";

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
const bound = {
  sessionId: "s_1",
  host: `sha-256 ${Array(32).fill("4A").join(":")}`,
  technician: `sha-256 ${Array(32).fill("19").join(":")}`,
};

describe("the host's half of the words", () => {
  it.each(vectors.map((v) => [v.name, v] as const))("is that of the vector %s", async (_, v) => {
    const { sessionId, hostFingerprint: host, technicianFingerprint: technician } = v;
    const half = new HostExchange({ sessionId, host, technician }, fromBase64(v.hostNonce));
    expect(await half.commitment()).toBe(v.commitment);
    expect(await half.hear(v.technicianNonce)).toEqual({ reveal: v.hostNonce, words: v.words });
  });

  it("makes the same words as the technician's", async () => {
    const [host, technician] = [new HostExchange(bound), new Exchange(bound)];
    const { reveal, words } = await host.hear(technician.bind(await host.commitment()));
    expect(await technician.open(reveal)).toEqual(words);
  });

  it("makes none when somebody else is at the other end of each", async () => {
    const between = `sha-256 ${Array(32).fill("EE").join(":")}`;
    const host = new HostExchange({ ...bound, technician: between });
    const technician = new Exchange({ ...bound, host: between });
    const { reveal } = await host.hear(technician.bind(await host.commitment()));
    await expect(technician.open(reveal)).rejects.toThrow(Mistrust);
  });

  it("takes a nonce once, and not before the commitment", async () => {
    const early = new HostExchange(bound);
    await expect(early.hear(toBase64(newNonce()))).rejects.toThrow(Mistrust);
    const twice = new HostExchange(bound);
    await twice.commitment();
    await twice.hear(toBase64(newNonce()));
    await expect(twice.hear(toBase64(newNonce()))).rejects.toThrow(Mistrust);
  });
});
