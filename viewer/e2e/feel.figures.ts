import { cpus } from "node:os";
import { afterAll, beforeAll, expect, test } from "vitest";
import { firstPicture, idle, keys, motion, quantile, takeHold, text } from "./support/feel.ts";
import type { Figures } from "./support/feel.ts";
import { table } from "./support/figures.ts";
import { keep } from "./support/folder.ts";
import { needsOwnNamespaces } from "./support/network.ts";
import { peers, type Peer } from "./support/peers.ts";
import { Stage } from "./support/stage.ts";

// How a session feels, beside TigerVNC with noVNC in the same run, for `make bench`, which prints
// viewer/e2e/out/feel.md. In part, and quickly, after `make build`:
//
//   FEEL_REPETITIONS=1 FEEL_PEERS=lendhand FEEL_SCENES=key,typing FEEL_SEED=7 \
//     LENDHAND_KIND=figures .ci/e2e e2e/feel.figures.ts
//
// FEEL_PEERS    lendhand,novnc           who is measured, in turns
// FEEL_SCENES   key,typing,scroll,full,idle,text; the first picture is always measured
// FEEL_SEED     a number, or "random"    another seed shows another content
// FEEL_KEYS     40                       keys in each repetition
// FEEL_SECONDS  8                        of watching what moves, and what rests
// FEEL_VIEWPORT 1920x1080                the size of the technician's page
const env = (name: string, otherwise: string) => process.env[`FEEL_${name}`] || otherwise;
const repetitions = Number(env("REPETITIONS", "3"));
const names = env("PEERS", "lendhand,novnc").split(",");
const scenes = env("SCENES", "key,typing,scroll,full,idle,text").split(",");
const seedGiven = env("SEED", "random");
const seed = seedGiven === "random" ? Math.floor(Math.random() * 1e6) : Number(seedGiven);
const presses = Number(env("KEYS", "40"));
const seconds = Number(env("SECONDS", "8"));
const [width, height] = env("VIEWPORT", "1920x1080").split("x").map(Number) as [number, number];

const found = new Map<string, Figures[]>(names.map((name) => [name, []]));

beforeAll(async () => {
  needsOwnNamespaces(); // or others' packages would be counted
  await Stage.build();
}, 300_000);

const turns = Array.from({ length: repetitions }, (_, at) => at + 1).flatMap((repetition) =>
  names.map((name) => ({ name, repetition })),
);

test.for(turns)("$name, repetition $repetition", { timeout: 240_000 }, async ({ name }) => {
  const peer = await peers[name]!.open({ seed, viewport: { width, height } });
  try {
    const figures = await measure(peer);
    found.get(name)!.push(figures);
    console.log(name, figures);
    expect(figures["first.ms"]).toBeGreaterThan(0);
  } catch (error) {
    throw new Error(`${String(error)}\n${peer.report()}`, { cause: error });
  } finally {
    await peer.close();
  }
});

async function measure(peer: Peer): Promise<Figures> {
  const figures = await firstPicture(peer);
  await takeHold(peer);
  const has = (scene: string) => scenes.includes(scene);
  if (has("key")) Object.assign(figures, await keys(peer, "key", presses));
  if (has("typing")) Object.assign(figures, await keys(peer, "typing", presses));
  if (has("scroll")) Object.assign(figures, await motion(peer, "scroll", seconds));
  if (has("full")) Object.assign(figures, await motion(peer, "full", seconds));
  if (has("idle")) Object.assign(figures, await idle(peer, seconds));
  if (has("text")) Object.assign(figures, await text(peer));
  return figures;
}

afterAll(() => {
  const medians = names.map((name) => medianOf(found.get(name)!));
  const all = [...new Set(medians.flatMap((figures) => Object.keys(figures)))];
  const titles = names.map((name) => peers[name]!.title);
  const rows = all.map((key) => [key, ...medians.map((it) => (it[key] ?? NaN).toFixed(3))]);
  const machine = `${cpus().length} cores, ${cpus()[0]?.model}`;
  keep("feel.md", `\n${machine}, seed ${seed}\n\n${table(["figure", ...titles], rows)}\n`);
});

function medianOf(all: readonly Figures[]): Figures {
  const keys = [...new Set(all.flatMap((figures) => Object.keys(figures)))];
  return Object.fromEntries(
    keys.map((key) => [
      key,
      quantile(all.map((it) => it[key] ?? NaN).filter(Number.isFinite), 0.5),
    ]),
  );
}
