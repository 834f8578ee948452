import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { describe, expect, it } from "vitest";
import { contentOf } from "./content.ts";
import { Damaged } from "./damage.ts";
import { Pieces } from "./pieces.ts";
import { eventOf } from "./event.ts";
import { about, pieces } from "./film.fixture.ts";
import { KeyRefused } from "./key-problem.ts";
import { keysIn, recordingKey, sealedTo, unseal } from "./key.ts";
import { framesOf } from "./webm.ts";

const all = new Uint8Array(pieces.flatMap((piece) => [...piece]));
const bytes = (text: string) => new TextEncoder().encode(text);
const fromBase64 = (text: string) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));

async function openAll() {
  const found = new Pieces(0).take(all);
  const contents = [];
  for (const { envelope, sealed } of found) {
    contents.push(contentOf(await unseal(sealed, about.identity), about.id, envelope));
  }
  return contents;
}

describe("parts as they come", () => {
  it.each([1, 7, 1000, 1 << 20])("are read whatever comes at once: %d bytes", (step) => {
    const from = step === 1 ? all.subarray(0, 5000) : all;
    const reader = new Pieces(0);
    const parts: number[] = [];
    for (let at = 0; at < from.length; at += step) {
      for (const { envelope } of reader.take(from.subarray(at, at + step)))
        parts.push(envelope.part);
    }
    expect(parts).toEqual([...parts.keys()]);
    if (from === all) expect([parts.length, reader.isEmpty]).toEqual([about.parts, true]);
  });

  const right = JSON.parse(new TextDecoder().decode(pieces[0]).split("\n")[0] ?? "") as object;
  const wrong = (part: object) => `${JSON.stringify({ ...right, ...part })}\n`;

  it.each([
    ["another part than the next", wrong({ part: 1 }), "part 0: another one stands there"],
    ["a size beyond the limit", wrong({ size: 9_000_000 }), "part 0: size 9000000"],
    ["no size", wrong({ size: undefined }), "part 0: size undefined"],
    ["a time before the beginning", wrong({ start: -1 }), "part 0: start -1"],
    ["more than is to be there", wrong({ more: 1 }), "part 0: not written in the one form"],
    ["no JSON", "part\n", "part 0: it is not JSON"],
    ["a line without an end", "x".repeat(70_000), "a line between parts is too long"],
  ])("are refused with %s", (_, line, why) => {
    expect(() => new Pieces(0).take(bytes(line))).toThrow(Damaged);
    expect(() => new Pieces(0).take(bytes(line))).toThrow(why);
  });
});

describe("an opened part", () => {
  it("has events and video with the times of the recording", async () => {
    const contents = await openAll();
    const frames = contents.flatMap(({ video }) => video?.frames ?? []);
    const times = frames.map(({ time }) => time);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times.at(-1)).toBeLessThan(about.length);
    expect(frames[0]?.isKey).toBe(true);
    const keys = contents.filter(({ video }) => video?.frames[0]?.isKey).map(({ part }) => part);
    expect(keys).toEqual(about.keyFrames);
    const types = new Set(contents.flatMap(({ events }) => events.map(({ type }) => type)));
    expect([...types]).toEqual(
      expect.arrayContaining(["consent", "screen", "pause", "chat", "end"]),
    );
    expect(contents.filter(({ index }) => index).map(({ part }) => part)).toEqual(about.indexParts);
  });

  it("is not taken for another part, or for one of another recording", async () => {
    const [first] = new Pieces(0).take(pieces[0]!);
    const opened = await unseal(first!.sealed, about.identity);
    expect(() => contentOf(opened, "s_OTHER", first!.envelope)).toThrow(/another recording/);
    expect(() => contentOf(opened, about.id, { ...first!.envelope, part: 4 })).toThrow(Damaged);
  });

  it.each([
    ["no header", ""],
    ["a header that does not end", "{"],
    ["more events than lines", '{"recording":"r","part":0,"events":2}\n{"t":0,"type":"keys"}\n'],
    ["too many events", '{"recording":"r","part":0,"events":100000000}\n'],
    ["an unknown codec", header({ codec: "hvc1.1" })],
    ["a huge picture", header({ width: 1e9 })],
    ["fewer bytes than it says", header({ bytes: 5 })],
  ])("is refused with %s", (_, text) => {
    expect(() => contentOf(bytes(text), "r", { part: 0 })).toThrow(Damaged);
  });
});

function header(video: object): string {
  const right = { segment: 0, codec: "vp8", width: 8, height: 8, start: 0, bytes: 0 };
  return `${JSON.stringify({ recording: "r", part: 0, events: 0, video: { ...right, ...video } })}\n`;
}

describe("events", () => {
  it("lose nothing to what is odd in them", () => {
    expect(eventOf({ t: 5, type: "click", x: "left", by: 7 })).toMatchObject({
      t: 5,
      x: 0,
      by: "person",
    });
    expect(eventOf({ t: 5, type: "levitate" })).toEqual({ t: 5, type: "other", name: "levitate" });
    expect(eventOf({ t: 5, type: "constructor" })).toMatchObject({ type: "other" });
    expect(eventOf({ t: "5", type: "keys" })).toBeUndefined();
    expect(eventOf(null)).toBeUndefined();
    const title = eventOf({ t: 1, type: "window", title: "a\u202Eb\nc" });
    expect(title).toMatchObject({ title: "ab c" });
  });
});

describe("video", () => {
  it("is refused or read, whatever is in it", async () => {
    const contents = await openAll();
    const { data } = contents[1]!.video!.frames[0]!;
    const whole = new Uint8Array(data.buffer);
    // The piece lies behind the header and the events; each of its bytes is broken in turn.
    const piece = whole.slice(
      whole.findIndex((_, at) => whole[at] === 0x1a && whole[at + 1] === 0x45),
    );
    expect(framesOf(piece).length).toBeGreaterThan(0);
    for (let at = 0; at < 300; at++) {
      for (const value of [0, 0x01, 0x7f, 0xff]) {
        const broken = piece.slice();
        broken[at] = value;
        try {
          framesOf(broken);
        } catch (e) {
          expect(e).toBeInstanceOf(Damaged);
        }
      }
    }
    for (let length = 1; length < 300; length++) {
      expect(() => framesOf(piece.slice(0, length))).toThrow(Damaged);
    }
  });
});

describe("a key", () => {
  const sealedKeys = [bytes("not age"), fromBase64(about.sealedKey)];

  it("of a reader opens the recording's", async () => {
    const file = bytes(`# created: today\r\n# public key: age1…\r\n${about.auditor}\r\n`);
    expect(await recordingKey(sealedKeys, file, "")).toBe(about.identity);
  });

  it.each([
    ["nothing", "", "no_key"],
    ["the public half", "age1qqq", "no_key"],
    ["one of somebody else", about.identity, "wrong_key"],
    ["a locked one", "age-encryption.org/v1\n-> scrypt", "passphrase"],
  ])("that is %s is refused: %s", async (_, text, problem) => {
    const refused = recordingKey(sealedKeys, bytes(text), "");
    await expect(refused).rejects.toMatchObject({ problem });
    await expect(refused).rejects.toBeInstanceOf(KeyRefused);
  });

  it("of one more reader opens what was sealed to it", async () => {
    const own = await generateX25519Identity();
    const more = await sealedTo(await identityToRecipient(own), about.identity);
    expect(await recordingKey([...sealedKeys, more], bytes(own), "")).toBe(about.identity);
    await expect(sealedTo("age1nobody", about.identity)).rejects.toThrow();
  });

  it("is found among remarks", () => {
    expect(keysIn(`x\n  ${about.auditor} \nAGE-PLUGIN-1ABC\n`)).toEqual([about.auditor]);
  });
});
