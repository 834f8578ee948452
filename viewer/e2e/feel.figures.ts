import { cpus } from "node:os";
import { afterAll, beforeAll, expect, test } from "vitest";
import { firstPicture, idle, keys, motion, takeHold, text } from "./support/feel.ts";
import type { Figures } from "./support/feel.ts";
import { keep } from "./support/folder.ts";
import { needsOwnNamespaces } from "./support/network.ts";
import { ownShare } from "./support/own.ts";
import { peers, type Peer } from "./support/peers.ts";
import { report } from "./support/report.ts";

// How a session feels, beside TigerVNC with noVNC in the same run, for `make bench`, which prints
// viewer/e2e/out/feel.md. In part, and quickly, after `make build stage`:
//
//   FEEL_REPETITIONS=1 FEEL_PEERS=lendhand FEEL_SCENES=key,typing FEEL_SEED=7 \
//     LENDHAND_KIND=figures .ci/e2e e2e/feel.figures.ts
//
// FEEL_PEERS    lendhand,recorded,novnc  who is measured, in turns
// FEEL_SCENES   key,typing,scroll,full,idle,text; the first picture is always measured
// FEEL_SEED     a number, or "random"    another seed shows another content
// FEEL_KEYS     40                       keys in each repetition
// FEEL_SECONDS  8                        of watching what moves, and what rests
// FEEL_VIEWPORT 1920x1080                the size of the technician's page
const env = (name: string, otherwise: string) => process.env[`FEEL_${name}`] || otherwise;
const repetitions = Number(env("REPETITIONS", "3"));
const names = env("PEERS", "lendhand,recorded,novnc").split(",");
const scenes = env("SCENES", "key,typing,scroll,full,idle,text").split(",");
const seedGiven = env("SEED", "random");
const seed = seedGiven === "random" ? Math.floor(Math.random() * 1e6) : Number(seedGiven);
const presses = Number(env("KEYS", "40"));
const seconds = Number(env("SECONDS", "8"));
const [width, height] = env("VIEWPORT", "1920x1080").split("x").map(Number) as [number, number];

let own: Record<string, Figures> = {};
const found = new Map<string, Figures[]>(names.map((name) => [name, []]));

beforeAll(() => {
  needsOwnNamespaces(); // or the packets of others would be counted
});

test("what the instrument itself contributes", async () => {
  own = await ownShare({ width, height }, presses);
  expect(own["canvas"]!["ms"]).toBeGreaterThan(0);
});

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
  const machine = `${cpus().length} cores, ${cpus()[0]?.model}`;
  const titled = names.map((name) => [peers[name]!.title, found.get(name)!] as const);
  const text = report({ machine, seed, repetitions, own, peers: new Map(titled) });
  keep("feel.md", `\n${text}\n`);
  console.log(text);
});
