import { afterEach, describe, expect, it } from "vitest";
import { about, Decoders, fakeOpener, FakeSource } from "./film.fixture.ts";
import type { FakePicture } from "./film.fixture.ts";
import { Player } from "./player.ts";
import { gapsOf, lastOf } from "./story.ts";
import { Tape } from "./tape.ts";

interface World {
  player: Player<FakePicture>;
  source: FakeSource;
  decoders: Decoders;
  /** The times of the pictures that were drawn. */
  drawn: (number | undefined)[];
  /** Lets so many milliseconds go by, in steps of a display. */
  pass(ms: number): Promise<void>;
  /** Waits until the picture of the position is drawn. */
  settled(): Promise<void>;
}

let world: World | undefined;
afterEach(() => world?.player.close());

const later = (ms = 0) => new Promise((done) => setTimeout(done, ms));

function make(
  how: { damaged?: number[]; isLive?: boolean; parts?: number; setUp?: (w: World) => void } = {},
) {
  const source = new FakeSource();
  const decoders = new Decoders();
  const drawn: (number | undefined)[] = [];
  let asked: (() => void) | undefined;
  let now = 0;
  const parts = how.parts ?? about.parts;
  source.count = parts;
  const extent = parts === about.parts ? about : { ...about, parts, length: 5000, indexParts: [] };
  const player = new Player<FakePicture>({
    tape: new Tape(source, fakeOpener(how.damaged), extent),
    decoder: decoders.make,
    chunk: (init) => init as unknown as EncodedVideoChunk,
    isLive: how.isLive ?? false,
    draw: (picture) => {
      if (picture?.isClosed) throw new Error("drawn after it was let go");
      drawn.push(picture && picture.timestamp / 1000);
    },
    nextDrawing: (draw) => {
      asked = draw;
      return () => (asked = undefined);
    },
    now: () => now,
  });
  const frame = async () => {
    await later();
    now += 16;
    const draw = asked;
    asked = undefined;
    draw?.();
  };
  world = {
    player,
    source,
    decoders,
    drawn,
    async pass(ms) {
      for (const end = now + ms; now < end;) await frame();
    },
    async settled() {
      let [seen, still] = ["", 0];
      while (still < 40) {
        await frame();
        const now = `${decoders.decoded} ${drawn.length} ${source.asked.length} ${player.opened.value}`;
        still = now === seen ? still + 1 : 0;
        seen = now;
      }
    },
  };
  return world;
}

describe("a player", () => {
  it("shows the first picture, and fetches no more than it needs for it", async () => {
    const { player, drawn, settled } = make();
    void player.start();
    await settled();
    expect(drawn.filter((t) => t !== undefined)[0]).toBe(0);
    expect(player.isWaiting.value).toBe(false);
  });

  it.each([[300], [4999], [9100], [20_000], [33_333], [41_900], [56_600], [80_000], [90_000]])(
    "goes to the picture of %d ms exactly, from anywhere",
    async (time) => {
      const { player, drawn, settled, decoders } = make();
      void player.start(70_000);
      await settled();
      player.seek(time);
      await settled();
      const times = await allTimes();
      expect(drawn.at(-1)).toBe(times.findLast((t) => t <= time));
      expect(decoders.open).toBeLessThan(8);
    },
  );

  it("draws none of the pictures on the way, and only the newest of many seeks", async () => {
    const { player, drawn, settled, decoders } = make();
    void player.start();
    await settled();
    drawn.length = 0;
    const before = decoders.decoded;
    for (const time of [60_000, 1000, 35_000, 8000, 34_000]) player.seek(time);
    await settled();
    expect(drawn).toEqual([34_000]);
    expect(decoders.decoded - before).toBeLessThan(130);
  });

  it("goes on from where it is when that is nearer than the last key frame", async () => {
    const { player, drawn, settled, decoders } = make();
    void player.start(5000);
    await settled();
    const before = decoders.decoded;
    player.seek(5600);
    await settled();
    expect(drawn.at(-1)).toBe(5600);
    expect(decoders.decoded - before).toBe(6);
  });

  it("goes back by a picture without decoding when it was just shown", async () => {
    const { player, drawn, settled, decoders } = make();
    void player.start(5000);
    await settled();
    const before = decoders.decoded;
    await player.step(-1);
    await settled();
    expect(drawn.at(-1)).toBe(4900);
    await player.step(1);
    await settled();
    expect([drawn.at(-1), decoders.decoded - before]).toEqual([5000, 0]);
  });

  it("plays at the speed that is asked, and every picture is let go", async () => {
    const { player, drawn, pass, settled, decoders } = make();
    void player.start();
    await settled();
    drawn.length = 0;
    player.play();
    await pass(2000);
    expect(player.position.value).toBeGreaterThan(1500);
    expect(player.position.value).toBeLessThan(2100);
    expect(drawn.length).toBeGreaterThan(10);
    expect(drawn).toEqual(drawn.toSorted((a, b) => a! - b!));
    player.speed.value = 16;
    await pass(3000);
    expect(player.position.value).toBeGreaterThan(30_000);
    player.close();
    expect(decoders.open).toBe(0);
  });

  it("skips rests and says so, or plays them", async () => {
    const { player, pass, settled } = make();
    void player.start(9500);
    await settled();
    player.play();
    await pass(1200);
    expect(player.position.value).toBeGreaterThan(29_000);
    expect(player.skipping.skipped.value).toBeGreaterThan(15_000);
    player.seek(9500);
    player.skipping.isOn.value = false;
    await pass(1200);
    expect(player.position.value).toBeLessThan(11_000);
    expect(player.skipping.skipped.value).toBeUndefined();
  });

  it("stops at the end, and begins anew from there", async () => {
    const { player, pass, settled } = make();
    void player.start(about.length - 400);
    await settled();
    player.play();
    await pass(1500);
    expect([player.isPlaying.value, player.position.value]).toEqual([false, about.length]);
    player.play();
    expect(player.position.value).toBe(0);
  });

  it("knows from the index parts what happened, and where", async () => {
    const { player, settled } = make();
    await player.start();
    await settled();
    const events = player.known.events.value;
    const times = events.map(({ t }) => t);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(new Set(events.map((e) => JSON.stringify(e))).size).toBe(events.length);
    expect(player.known.gaps.value).toMatchObject([{ what: "recording", reason: "person" }]);
    const { from, to } = player.known.gaps.value[0]!;
    expect(to - from).toBe(12_000);
    expect(events.at(-1)?.type).toBe("end"); // which no index part tells
    expect(lastOf(events, "screen", 57_000)).toMatchObject({ monitor: 2, width: 1024 });
    expect(player.known.heat.value.some((h) => h === 1)).toBe(true);
    expect(player.known.rests.value.length).toBeGreaterThan(1); // all of a small recording is fetched
    expect(player.known.read.value).toBe(1);
  });

  it("knows what happened last in a recording that was cut off before its index", async () => {
    const { player, settled } = make({ parts: 20 });
    await player.start();
    await settled();
    expect(player.known.events.value.at(-1)!.t).toBeGreaterThan(5000);
  });

  it("draws the pointer where it was", async () => {
    const { player, settled } = make();
    void player.start(5050);
    await settled();
    expect(player.pointer).toMatchObject({ type: "pointer", by: "technician" });
    expect(player.pointer!.t).toBeLessThanOrEqual(5050);
  });

  it("says which part is damaged, and goes on with the next key frame", async () => {
    const { player, drawn, pass, settled } = make({ damaged: [5] });
    void player.start(3500);
    await settled();
    player.play();
    await pass(4000);
    expect(player.problem.value).toMatchObject({ kind: "damaged", part: 5 });
    player.pause();
    player.seek(40_000);
    await settled();
    expect(player.problem.value).toBeUndefined();
    expect(drawn.at(-1)).toBe((await allTimes()).findLast((t) => t <= 40_000));
  });

  it("says that the relay is away, and goes on when asked", async () => {
    const { player, source, drawn, settled } = make();
    source.isAway = true;
    void player.start(5000);
    await settled();
    expect(player.problem.value).toEqual({ kind: "away" });
    source.isAway = false;
    player.seek(player.position.value);
    await settled();
    expect([player.problem.value, drawn.at(-1)]).toEqual([undefined, 5000]);
  });

  it("asks a decoder that keeps pictures for what it has", async () => {
    const { player, decoders, drawn, settled } = make();
    decoders.isLazy = true;
    void player.start(5000);
    await settled();
    await later(200);
    await settled();
    expect(drawn.at(-1)).toBe(5000);
    player.seek(5200);
    await settled();
    await later(400);
    await settled();
    expect(drawn.at(-1)).toBe(5200);
  });

  it("follows a session that still runs", { timeout: 15_000 }, async () => {
    const { player, source, pass, settled } = make({ isLive: true, parts: 6 });
    void player.start();
    await settled();
    const before = player.known.length.value;
    player.follow();
    source.count = 12;
    await later(1200);
    await pass(1000);
    expect(player.known.length.value).toBeGreaterThan(before);
    expect([player.following.isOn.value, player.following.isLive.value]).toEqual([true, true]);
    source.count = about.parts;
    await later(1200);
    await settled();
    expect([player.following.isLive.value, player.known.length.value]).toEqual([
      false,
      about.length,
    ]);
  });

  it("keeps what it fetched, and asks for a stretch once", async () => {
    const { player, source, settled } = make();
    await player.start();
    await settled();
    const asked = source.asked.length;
    for (const time of [1000, 9000, 5000, 2000]) {
      player.seek(time);
      await settled();
    }
    expect(source.asked.length).toBe(asked);
  });
});

it("a pause that has not ended goes on to the end", () => {
  const gaps = gapsOf([{ t: 10, type: "pause", what: "session", reason: "" }], 50);
  expect(gaps).toEqual([{ from: 10, to: 50, what: "session", reason: "" }]);
});

/** The times of all pictures of the film. */
function allTimes(): Promise<number[]> {
  return (read ??= readTimes());
}
let read: Promise<number[]> | undefined;

async function readTimes(): Promise<number[]> {
  const tape = new Tape(new FakeSource(), fakeOpener(), about);
  const times: number[] = [];
  for (let part = 0; part < about.parts; part++) {
    const content = await tape.open(part);
    times.push(...(content?.video?.frames.map(({ time }) => time) ?? []));
  }
  return times;
}
