import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Permissions, ToControl } from "../protocol/message.ts";
import { Comparing } from "./comparison.ts";
import type { Compared } from "./comparison.ts";
import { commitmentTo, fromBase64, newNonce, toBase64, wordsOf } from "./derive.ts";
import type { Bound } from "./derive.ts";

const pairs = (byte: string) => `sha-256 ${Array(32).fill(byte).join(":")}`;
const bound = { sessionId: "s_1", host: pairs("4A"), technician: pairs("5B") };
const allowed: Permissions = { type: "permissions", scopes: ["view"], grantable: ["view"] };

function setUp(seen: Bound | undefined = bound) {
  const sent: ToControl[] = [];
  const shown: Compared[] = [];
  const faults: string[] = [];
  const comparing = new Comparing({
    bound: () => Promise.resolve(seen),
    send: (m) => sent.push(m),
    changed: (c) => shown.push(c),
    mistrust: (why) => faults.push(why),
  });
  const mine = newNonce();
  const begin = async () => {
    comparing.permissions({ ...allowed, commitment: await commitmentTo(bound, mine) });
    await vi.waitFor(() => expect(sent.length + faults.length).toBeGreaterThan(0));
  };
  const reveal = (nonce = mine) => comparing.reveal({ type: "reveal", nonce: toBase64(nonce) });
  const settle = () => vi.waitFor(() => expect(shown.length + faults.length).toBeGreaterThan(0));
  const toWords = async () => {
    await begin();
    reveal();
    await settle();
  };
  return { comparing, sent, shown, faults, mine, begin, reveal, settle, toWords };
}

const different = { type: "compared", result: "different" };

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
afterEach(() => void vi.useRealTimers());

describe("comparing", () => {
  it("shows the words of both nonces", async () => {
    const { sent, shown, faults, mine, toWords } = setUp();
    await toWords();
    const nonce = sent[0]?.type === "nonce" ? sent[0].nonce : "";
    const words = await wordsOf(bound, mine, fromBase64(nonce));
    expect(shown).toEqual([{ kind: "words", words }]);
    expect(faults).toEqual([]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(shown).toHaveLength(1);
  });

  it("shows what both have said, and tells the host", async () => {
    const { comparing, sent, shown, toWords } = setUp();
    await toWords();
    comparing.heard("same");
    comparing.answer("same");
    expect(shown.at(-1)).toMatchObject({ mine: "same", theirs: "same" });
    expect(sent.at(-1)).toEqual({ type: "compared", result: "same" });
  });

  it("keeps an answer that comes while the words are made", async () => {
    const { comparing, shown, begin, reveal, settle } = setUp();
    await begin();
    reveal();
    comparing.heard("same");
    await settle();
    expect(shown.at(-1)).toMatchObject({ theirs: "same" });
  });

  it("says once that there are no words, from a host that has none", () => {
    const { comparing, sent, shown, faults } = setUp();
    comparing.permissions(allowed);
    comparing.permissions(allowed);
    expect(shown).toEqual([{ kind: "missing" }]);
    expect([...sent, ...faults]).toEqual([]);
  });

  it("says so after 15 seconds without a reveal, and takes none later", async () => {
    const { shown, faults, begin, reveal } = setUp();
    await begin();
    await vi.advanceTimersByTimeAsync(14_500);
    expect(shown).toEqual([]);
    await vi.advanceTimersByTimeAsync(500);
    reveal();
    await vi.advanceTimersByTimeAsync(1000);
    expect(shown).toEqual([{ kind: "missing" }]);
    expect(faults).toEqual([]);
  });
});

describe("the session ends", () => {
  type Play = (s: ReturnType<typeof setUp>) => Promise<void> | void;
  const commitment = toBase64(new Uint8Array(32));
  it.each<[string, Play]>([
    [
      "when the technician sees other words",
      async (s) => (await s.toWords(), s.comparing.answer("different")),
    ],
    [
      "when the person at the host does",
      async (s) => (await s.toWords(), s.comparing.heard("different")),
    ],
    ["when the person says so before there are words", (s) => s.comparing.heard("different")],
    ["at a reveal of another nonce", async (s) => (await s.begin(), s.reveal(newNonce()))],
    ["at a reveal before the commitment", (s) => s.reveal()],
    ["at a second reveal", async (s) => (await s.toWords(), s.reveal())],
    [
      "at a reveal in place of another",
      async (s) => (await s.begin(), s.reveal(newNonce()), s.reveal()),
    ],
    [
      "at a second commitment",
      async (s) => (await s.begin(), s.comparing.permissions({ ...allowed, commitment })),
    ],
    [
      "at the same commitment again, after the words",
      async (s) => (await s.toWords(), s.comparing.permissions({ ...allowed, commitment })),
    ],
    [
      "at a commitment that is late",
      (s) => (
        s.comparing.permissions(allowed),
        s.comparing.permissions({ ...allowed, commitment })
      ),
    ],
    [
      "when words are wanted without a commitment",
      (s) => s.comparing.permissions({ ...allowed, verifyWords: true }),
    ],
    [
      "when words are wanted later, without one",
      (s) => (
        s.comparing.permissions(allowed),
        s.comparing.permissions({ ...allowed, verifyWords: true })
      ),
    ],
  ])("%s", async (_, play) => {
    const s = setUp();
    await play(s);
    await vi.waitFor(() => expect(s.faults).toHaveLength(1));
    expect(s.sent.at(-1)).toEqual(different);
    const before = s.shown.length;
    s.comparing.answer("same");
    s.comparing.heard("same");
    s.comparing.permissions({ ...allowed, commitment });
    s.reveal();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(s.faults).toHaveLength(1);
    expect(s.shown).toHaveLength(before);
    expect(s.sent.at(-1)).toEqual(different);
  });

  it.each([
    ["another session", { ...bound, sessionId: "s_2" }],
    ["another host", { ...bound, host: pairs("66") }],
    ["another technician", { ...bound, technician: pairs("66") }],
  ])("when what the host is bound to is of %s", async (_, seen) => {
    const s = setUp(seen);
    await s.begin();
    s.reveal();
    await vi.waitFor(() => expect(s.faults).toEqual([expect.stringContaining("another nonce")]));
    expect(s.shown).toEqual([]);
  });

  it("when the browser knows no certificate", async () => {
    const s = setUp();
    const faults: string[] = [];
    const comparing = new Comparing({
      bound: () => Promise.resolve(undefined),
      send: () => {},
      changed: () => {},
      mistrust: (why) => faults.push(why),
    });
    comparing.permissions({ ...allowed, commitment: await commitmentTo(bound, s.mine) });
    await vi.waitFor(() => expect(faults).toHaveLength(1));
  });
});
