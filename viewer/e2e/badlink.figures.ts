import { cpus } from "node:os";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import {
  blackout,
  keys,
  middle95most,
  type,
  watch,
  number,
  type Ends,
} from "./badlink.measures.ts";
import { picturePainted, table } from "./support/figures.ts";
import { keep } from "./support/folder.ts";
import { Setting } from "./support/setting.ts";
import type { Scene } from "./support/stage.ts";
import { sleep, within } from "./support/wait.ts";

// How a session feels over a bad network, for `make bench`, which prints viewer/e2e/out/badlink.md.
// In part, after `make build stage`:
//
//   LINKS=5M-lossy,300k SCENES=key,type LENDHAND_KIND=figures .ci/e2e e2e/badlink.figures.ts
//
// LINKS    none,20M,5M,1M,300k,5M-lossy
// SCENES   key,type,scroll,full,blackout
// SECONDS  10     of watching what moves
// SEED     1      of the scenes' content
// WORDS           more settings of the link, such as "queue=1s jitter=10ms"
// QUERY           for the technician's page, such as "?path=relay"
const links: Record<string, { words: string; roundTrip: number }> = {
  none: { words: "rate=0 delay=0s", roundTrip: 0 }, // what this machine makes of it by itself
  "20M": { words: "rate=20M delay=15ms", roundTrip: 30 },
  "5M": { words: "rate=5M delay=30ms loss=0.01", roundTrip: 60 },
  "1M": { words: "rate=1M delay=50ms loss=0.02", roundTrip: 100 },
  "300k": { words: "rate=300k delay=75ms", roundTrip: 150 },
  "5M-lossy": { words: "rate=5M delay=20ms loss=0.05", roundTrip: 40 },
};
const env = (name: string, otherwise: string) => process.env[name] || otherwise;
const names = env("LINKS", Object.keys(links).join(",")).split(",");
const scenes = env("SCENES", "key,type,scroll,full,blackout").split(",");
const seconds = Number(env("SECONDS", "10"));
const seed = Number(env("SEED", "1"));
const more = env("WORDS", "");
const query = env("QUERY", "");

const size = { width: 1920, height: 1080 };
const patience = 30_000; // ms to wait for a picture

const columns = ["first", "key", "missed", "input", "lost", "back", "settled"] as const;
const moving = "begin fps age freezes Mbit/s refused input lost host others".split(" ");
type Cells = Partial<Record<(typeof columns)[number], string>>;

const hands: string[][] = []; // rows of the first table: keys, and coming back
const eyes: string[][] = []; // rows of the second one: what moves

let setting: Setting;

beforeAll(async () => {
  setting = await Setting.start({ size, seed, linked: true });
}, 300_000);

afterEach(() => setting.leave());

afterAll(async () => {
  await setting?.stop();
  keep("badlink.md", `\n${report()}\n`);
});

test.for(names)("a session over %s", { timeout: 600_000 }, async (name) => {
  const { words, roundTrip } = links[name]!;
  const { link, stage } = setting;
  await link.set("rate=0 delay=0s loss=0 up");
  await link.set(`${words} ${more}`);
  const cells: Cells = {};
  try {
    const first = await begin();
    cells.first = number(first);
    if (Number.isNaN(first)) return; // a row of dashes says it all
    const { host, tech } = setting;
    const ends = { page: tech.page, stage, link, roundTrip, pid: host.program.pid };
    await measure(name, ends, cells);
  } catch (error) {
    throw new Error(`${String(error)}\n${setting.report()}`, { cause: error });
  } finally {
    hands.push([name, ...columns.map((column) => cells[column] ?? "–")]);
    console.log(report());
  }
  expect(setting.host.program.running).toBe(true);
});

async function measure(name: string, ends: Ends, cells: Cells): Promise<void> {
  if (scenes.includes("key")) {
    const seen = await keys(ends, 25);
    cells.key = middle95most(seen.map((ms) => ms - ends.roundTrip));
    cells.missed = String(25 - seen.length);
  }
  if (scenes.includes("type")) {
    await ends.stage.scene("typing");
    await sleep(3_000);
    const input = await type(ends, 150);
    cells.input = middle95most(input.ms);
    cells.lost = `${input.lost}, ${input.added}`;
  }
  if (scenes.includes("scroll")) await motion(name, ends, "scroll");
  if (scenes.includes("full")) await motion(name, ends, "full");
  if (scenes.includes("blackout")) {
    const { first, settled } = await blackout(ends);
    cells.back = number(first);
    cells.settled = number(settled);
  }
}

/** Watches a scene that moves, types while it does, and adds a row to the table. */
async function motion(name: string, ends: Ends, scene: Scene): Promise<void> {
  const { begin, fps, ages, ...seen } = await watch(ends, scene, seconds);
  const input = await type(ends, 50);
  const age = [number(begin), number(fps, 1), middle95most(ages)];
  const frozen = `${seen.freezes}, ${number(seen.longest)}`;
  const sent = [number(seen.megabits, 2), `${number(100 * seen.overflow, 1)}%`];
  const typed = [middle95most(input.ms), `${input.lost}, ${input.added}`];
  const used = [number(seen.cores, 2), number(seen.others, 2)];
  eyes.push([`${name}, ${scene}`, ...age, frozen, ...sent, ...typed, ...used]);
}

/** Begins a session with control. Gives the ms from the answer to the first picture, or NaN. */
async function begin(): Promise<number> {
  await setting.stage.scene("idle");
  await setting.ask(query, size);
  const { host, tech } = setting;
  const painted = picturePainted(tech.page);
  const answered = Date.now();
  host.say("control");
  const at = await within("a picture", painted, patience).catch(() => NaN);
  if (Number.isNaN(at)) return at;
  await tech.may("control");
  await tech.clickAt(960, 900); // so that the keyboard is the host's
  return at - answered;
}

function report(): string {
  const machine = `${cpus().length} cores, ${cpus()[0]?.model}`;
  const trips = names.map((name) => `${name}: ${links[name]!.words} ${more}`);
  return [
    `Over a bad network, each way; ms; median, p95 and most; on ${machine}, seed ${seed}.`,
    trips.join("\n"),
    ...(query ? [`The technician's page is opened with ${query}.`] : []),
    "First picture after the answer; key to picture without the round trip, and how many were" +
      " not seen within 5 s; key to program, and how many were lost (or took over 5 s) or doubled; after 10 s without a" +
      " packet, until a new picture, and until it is no older than the round trip and 500 ms:",
    table(["", ...columns], hands),
    "What moves, at 30 fps: until it is first seen, frames a second, age of the picture, gaps over" +
      " 500 ms and the longest, Mbit/s that the host sends and what the queue refuses, keys meanwhile, cores of the host's" +
      " program and of strangers:",
    table(["", ...moving], eyes),
  ].join("\n\n");
}
