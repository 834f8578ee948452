import { readFileSync } from "node:fs";
import { ALL_FORMATS, BufferSource, EncodedPacketSink, Input } from "mediabunny";
import { describe, expect, it } from "vitest";
import { exportPlain } from "./export.ts";
import type { ExportOptions } from "./export.ts";
import { memoryTarget, TooLarge } from "./export-target.ts";
import { kindOf, VideoWriter } from "./export-video.ts";
import type { Pictures } from "./export-part.ts";

const vectors = new URL("../../../relay/recording/testdata/vectors/", import.meta.url);
const load = (name: string) => new Uint8Array(readFileSync(new URL(name, vectors)));
const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);

const contents = JSON.parse(text(load("contents.json"))) as {
  header: { index?: object; video?: { width: number; height: number; start: number } };
  events: object[] | null;
}[];
const { relay } = JSON.parse(text(load("verdicts.json"))) as { relay: string };

function files(most?: number) {
  const made = new Map<string, Uint8Array>();
  const target = memoryTarget(most, (name, content) => {
    made.set(name, content as Uint8Array);
  });
  return { made, target };
}

function options(o: Partial<ExportOptions> & Pick<ExportOptions, "target">): ExportOptions {
  return {
    recording: "s_1",
    identity: text(load("recording.key")).trim(),
    trail: undefined,
    keys: [relay],
    progress: () => {},
    signal: new AbortController().signal,
    ...o,
  };
}

const streamOf = (name: string) => new Blob([load(name)]).stream();

async function packetsOf(file: Uint8Array | undefined) {
  const source = new BufferSource(file ?? new Uint8Array());
  const input = new Input({ formats: ALL_FORMATS, source });
  const track = await input.getPrimaryVideoTrack();
  if (!track) throw new Error("no video");
  const packets = [];
  for await (const packet of new EncodedPacketSink(track).packets()) packets.push(packet);
  return { packets, codec: track.codec, end: await input.getDurationFromMetadata() };
}

describe("an export", () => {
  it("has the video as any player plays it, with every picture at its time", async () => {
    const { made, target } = files();
    const { verdict, files: videos } = await exportPlain(
      streamOf("whole.recording"),
      options({ target }),
    );
    expect(verdict.fault).toBeUndefined();
    expect(videos.map(({ name }) => name)).toEqual(["s_1.webm"]);
    const { packets, codec, end } = await packetsOf(made.get("s_1.webm"));
    expect(codec).toBe("vp8");
    expect(packets[0]?.type).toBe("key");
    expect(packets.length).toBeGreaterThan(1);
    expect(end).toBeCloseTo(verdict.end / 1000, 2);
  });

  it("has the events once, and what proves them", async () => {
    const { made, target } = files();
    await exportPlain(streamOf("whole.recording"), options({ target }));
    const lines = text(made.get("s_1.events.jsonl")).trim().split("\n");
    const wanted = contents
      .filter(({ header }) => !header.index)
      .flatMap(({ events }) => events ?? []);
    expect(lines.map((line) => JSON.parse(line) as object)).toEqual(wanted);
    const chain = text(made.get("s_1.chain.jsonl")).trim().split("\n");
    expect(chain).toHaveLength(3 + 2 * contents.length);
    expect(text(load("whole.recording")).startsWith(chain.slice(0, 4).join("\n"))).toBe(true);
    expect(JSON.parse(text(made.get("s_1.json")))).toMatchObject({
      recording: "s_1",
      parts: contents.length,
      complete: true,
      verdict: "all 7 parts are as the host made them, up to 0:00:06.300",
    });
  });

  it("goes as far as the recording is right, and says so", async () => {
    const { made, target } = files();
    const { verdict } = await exportPlain(
      streamOf("flipped-sealed.recording"),
      options({ target }),
    );
    expect(verdict.fault?.part).toBe(2);
    expect(text(made.get("s_1.json"))).toContain("part 2 (at 0:00:00.600) does not hold");
  });

  it("is nothing at all without the key, when it is stopped, or when memory ends", async () => {
    const { made, target } = files();
    const wrong = options({ target, identity: text(load("auditor.key")).trim().slice(0, -1) });
    await expect(exportPlain(streamOf("whole.recording"), wrong)).rejects.toThrow();
    const stopped = options({ target, signal: AbortSignal.abort() });
    await expect(exportPlain(streamOf("whole.recording"), stopped)).rejects.toThrow();
    const small = files(2_000);
    await expect(
      exportPlain(streamOf("whole.recording"), options({ target: small.target })),
    ).rejects.toThrow(TooLarge);
    expect([made.size, small.made.size]).toEqual([0, 0]);
  });
});

describe("the video of an export", () => {
  const pictures = (codec: string, ...times: number[]): Pictures => ({
    codec,
    width: 64,
    height: 64,
    frames: times.map((time, n) => ({ time, isKey: n === 0, data: new Uint8Array([n, 1, 2, 3]) })),
  });

  it("is a file for each run of a codec, whose times begin anew", async () => {
    const { made, target } = files();
    const writer = new VideoWriter(
      (name) => target.file(name),
      (n) => `${n}.webm`,
    );
    await writer.take(pictures("vp8", 400, 500));
    await writer.take(pictures("vp8", 900));
    await writer.take(pictures("vp09.00.10.08", 2000, 2100));
    await writer.end(5000);
    target.done();
    expect(writer.files).toEqual([
      { name: "0.webm", codec: "vp8", from: 0, to: 2000 },
      { name: "1.webm", codec: "vp09.00.10.08", from: 2000, to: 5000 },
    ]);
    const [first, second] = [
      await packetsOf(made.get("0.webm")),
      await packetsOf(made.get("1.webm")),
    ];
    expect(first.packets.map((p) => p.timestamp)).toEqual([0.4, 0.5, 0.9]);
    expect(second.packets.map((p) => p.timestamp)).toEqual([0, 0.1]);
    expect([first.end, second.end]).toEqual([2, 3]);
  });

  it("stays one file when only the size changes", () => {
    expect(kindOf("av01.0.08M.08")).toBe(kindOf("av01.0.12M.08"));
    expect(kindOf("av01.0.08M.08")).not.toBe(kindOf("av01.1.08M.08"));
  });
});
