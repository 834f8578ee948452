import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { faultWords } from "./verify-chain.ts";
import { MANIFEST } from "./lines.ts";
import { verify } from "./verify.ts";
import type { VerifyOptions } from "./verify.ts";

const vectors = new URL("../../../relay/recording/testdata/vectors/", import.meta.url);
const load = (name: string) => new Uint8Array(readFileSync(new URL(name, vectors)));

interface Vector {
  file: string;
  fault: { part: number; kind: string; at: number; text: string } | null;
  parts: number;
  end: number;
  complete: boolean;
}

const verdicts = JSON.parse(new TextDecoder().decode(load("verdicts.json"))) as {
  relay: string;
  links: string[];
  files: Vector[];
};

/** As bytes come from a network: in pieces that know nothing of parts. */
function stream(bytes: Uint8Array, size = 997): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    pull: (c) => {
      if (at >= bytes.length) c.close();
      else c.enqueue(bytes.slice(at, (at += size)));
    },
  });
}

const judge = (bytes: Uint8Array, o: VerifyOptions = {}) =>
  verify(stream(bytes), { keys: [verdicts.relay], ...o });

const whole = load("whole.recording");

describe("a recording", () => {
  it.each(verdicts.files.map((v) => [v.file, v] as const))(
    "is judged as the command line judges it: %s",
    async (file, { fault, ...rest }) => {
      const v = await judge(load(`${file}.recording`));
      expect({ parts: v.parts, end: v.end, complete: v.isComplete }).toEqual({
        parts: rest.parts,
        end: rest.end,
        complete: rest.complete,
      });
      expect(v.fault && { ...pick(v.fault), text: faultWords(v.fault) }).toEqual(
        fault ?? undefined,
      );
    },
  );

  it.each([1, 64, 1 << 20])("is read in pieces of %i bytes", async (size) => {
    const v = await verify(stream(whole, size));
    expect(v).toMatchObject({ fault: undefined, isComplete: true, parts: 7, recording: "s_1" });
  });

  it("has a time by the relay's clock only when its receipts were checked", async () => {
    expect((await judge(whole)).received).toBeInstanceOf(Date);
    expect((await judge(whole, { keys: [] })).received).toBeUndefined();
  });

  it("is not believed when another relay gave its receipts", async () => {
    const key = "A".repeat(42) + "E";
    await expect(judge(whole, { keys: [key] })).resolves.toMatchObject({
      fault: { part: MANIFEST, kind: "altered" },
    });
  });

  it("must be the one that was asked for", async () => {
    const v = await judge(whole, { recording: "s_2" });
    expect(v.fault && faultWords(v.fault)).toBe("the manifest is that of another recording, s_1");
  });

  it("is handed out part by part, as far as it is right", async () => {
    const seen: number[] = [];
    const part = async ({ envelope }: { envelope: { part: number } }) =>
      void seen.push(envelope.part);
    await judge(whole, { part });
    await judge(load("flipped-sealed.recording"), { part });
    expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6, 0, 1]);
  });

  it("is not read further than to where somebody stopped it", async () => {
    const stop = new AbortController();
    const part = async () => stop.abort();
    await expect(judge(whole, { part, signal: stop.signal })).rejects.toThrow(/abort/i);
  });
});

describe("what was kept elsewhere", () => {
  const link = (part: number) => verdicts.links[part + 1] ?? "";

  it("fits the whole recording", async () => {
    const known = [MANIFEST, 0, 6].map((part) => ({ part, link: link(part) }));
    expect((await judge(whole, { known })).fault).toBeUndefined();
  });

  it("finds a recording that was replaced as a whole", async () => {
    const known = [{ part: MANIFEST, link: link(0) }];
    expect((await judge(whole, { known })).fault).toMatchObject({
      part: MANIFEST,
      kind: "foreign",
    });
  });

  it("finds a tail that is missing, also where an end may be missing", async () => {
    const cut = load("cut-between-parts.recording");
    expect((await judge(cut, { mayBeIncomplete: true })).fault).toBeUndefined();
    const known = [{ part: 5, link: link(5) }];
    const { fault } = await judge(cut, { mayBeIncomplete: true, known });
    expect(fault && faultWords(fault)).toBe(
      "part 4 (at 0:00:01.200) is not there: the recording is known to have had part 5",
    );
  });
});

describe("a file of anybody's making", () => {
  it("is named altered or cut off at whatever byte it was changed, and never fails otherwise", async () => {
    for (let at = 0; at < whole.length; at += 211) {
      const changed = whole.slice();
      changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
      expect((await judge(changed)).fault, `byte ${at}`).toBeDefined();
    }
  });

  it("has no line that fills the memory", async () => {
    const { fault } = await judge(new Uint8Array(1 << 20).fill(0x20));
    expect(fault && faultWords(fault)).toBe(
      "the manifest cannot be read: line has more than 65536 bytes",
    );
  });
});

const pick = ({ part, kind, at }: { part: number; kind: string; at: number }) => ({
  part,
  kind,
  at,
});
