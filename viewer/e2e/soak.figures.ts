import { cpus } from "node:os";
import { afterAll, beforeAll, expect, test } from "vitest";
import { pageSpot } from "./support/chromium.ts";
import { drift, driftReport } from "./support/drift.ts";
import { firstPicture, idle, keys, motion, takeHold, text, type Figures } from "./support/feel.ts";
import { keep } from "./support/folder.ts";
import { GoLog, held, heldByPage, memoryOf, tellingGo } from "./support/footprint.ts";
import { removeMonitor, setMonitor } from "./support/monitors.ts";
import { needsOwnNamespaces } from "./support/network.ts";
import { openOwn, type OwnPeer } from "./support/peers.ts";
import { sleep } from "./support/wait.ts";

// An hour of work in one session: each minute some of everything that a technician does, and rest for
// what is left of it. What programs hold on to, and how long a key takes, is noted at the end of each
// minute, in viewer/e2e/out/soak.md; in the end nothing may have gone up. `make soak`, or after
// `make build stage`:
//
//   SOAK_MINUTES=60 LENDHAND_KIND=figures .ci/e2e e2e/soak.figures.ts
const length = Number(process.env["SOAK_MINUTES"]);
const warmUp = Math.min(5, Math.floor(length / 3));
const minute = 60_000;
const pressed = 10; // keys in each minute, and as many letters
const moving = 3; // seconds
const viewport = { width: 1920, height: 1080 };

let peer: OwnPeer;
let host: GoLog;
let relay: GoLog;
let before: Figures; // while the host waited for its technician
const minutes: Figures[] = [];

beforeAll(async () => {
  needsOwnNamespaces(); // or the packets of others would be counted
  peer = await openOwn({ seed: 7, viewport, env: tellingGo });
  [host, relay] = [new GoLog(peer.host.program), new GoLog(peer.relay.running)];
  await sleep(25_000); // the logs tell of goroutines every ten seconds
  before = holdings();
  await firstPicture(peer);
  await takeHold(peer);
});

afterAll(() => peer?.close());

/** What the two programs hold on to now. */
function holdings(): Figures {
  const named = (name: string, figures: Figures) =>
    Object.entries(figures).map(([key, value]) => [`${name} ${key}`, value] as const);
  return Object.fromEntries([
    ...named("host", { ...held(peer.host.program.pid), ...host.read() }),
    ...named("relay", { ...held(peer.relay.pid), ...relay.read() }),
  ]);
}

/** Some of everything, until the minute is over. Gives what it was like. */
async function work(at: number): Promise<Figures> {
  const end = performance.now() + minute;
  const found: Figures = {
    ...(await keys(peer, "key", pressed)),
    ...(await keys(peer, "typing", pressed)),
    ...(await motion(peer, "scroll", moving)),
    ...(await motion(peer, "full", moving)),
  };
  await wander();
  if (at % 3 === 1) Object.assign(found, await text(peer));
  if (at % 5 === 2) await otherMonitor();
  const rest = (end - performance.now()) / 1000 - 9; // what idle, text and the counting take
  Object.assign(found, await idle(peer, Math.max(rest, 5)));
  return found;
}

/** Moves the pointer a little, here and there, as a person does who reads. */
async function wander(): Promise<void> {
  const from = await pageSpot(peer.page, 600, 500);
  for (let step = 0; step < 40; step++) {
    await peer.page.mouse.move(from.x + 4 * step, from.y + 20 * Math.sin(step / 4));
    await sleep(25);
  }
}

/** The desktop's monitor becomes a smaller one for a moment: another encoder, another video. */
async function otherMonitor(): Promise<void> {
  await setMonitor(peer.desktop, "own", { x: 320, y: 180, width: 1280, height: 720 });
  await sleep(2_000);
  await removeMonitor(peer.desktop, "own");
  await sleep(1_000);
}

const shown = ["key.ms", "key.lost", "typing.ms", "scroll.fps", "scroll.ms", "full.fps", "full.ms"];
const rest = ["scroll.others", "idle.cpu", "idle.others", "text.rgb"];

test("an hour of work leaves nothing behind", { timeout: (length + 10) * minute }, async () => {
  try {
    for (let at = 0; at < length; at++) {
      const found = await work(at);
      const figures = Object.fromEntries(
        [...shown, ...rest].map((name) => [name, found[name] ?? NaN]),
      );
      const page = await heldByPage(peer.page);
      minutes.push({
        minute: at + 1,
        ...figures,
        "idle.kbit": 1000 * found["idle.mbit"]!,
        ...holdings(),
        "page heap": page["heap"]!,
        "page nodes": page["nodes"]!,
        "page listeners": page["listeners"]!,
        "browser anonymous": memoryOf(peer.technician.browser.pids),
        "X anonymous": memoryOf([peer.server!]),
      });
      keep("soak.md", report());
    }
  } catch (error) {
    throw new Error(`${String(error)}\n${peer.report()}`, { cause: error });
  }
  console.log(report());
  const steady = (name: string, most: number) => {
    const { first, last } = drift(minutes, name, warmUp);
    expect(last - first, name).toBeLessThanOrEqual(most);
  };
  for (const program of ["host", "relay"]) {
    steady(`${program} goroutines`, 0);
    steady(`${program} files`, 0);
    steady(`${program} heap`, 2);
    steady(`${program} rss`, 32); // which encoder there is makes as much of a difference
  }
  steady("page heap", 2);
  steady("page listeners", 0);
});

test("the end of the session leaves no goroutine", { timeout: 2 * minute }, async () => {
  const during = holdings();
  peer.host.say("stop");
  await peer.technician.ended();
  await sleep(45_000);
  const after = holdings();
  const names = Object.keys(after).filter((name) => !name.endsWith("collections"));
  const lines = names.map((name) => `${name}: ${before[name]} → ${during[name]} → ${after[name]}`);
  const text = ["Before the session, at its end, after it:", ...lines].join("\n");
  keep("soak-end.txt", `${text}\n`);
  console.log(text);
  for (const name of ["host goroutines", "host files", "relay goroutines", "relay files"]) {
    expect(after[name], name).toBeLessThanOrEqual(before[name]! + 2);
  }
});

function report(): string {
  const machine = `${cpus().length} cores, ${cpus()[0]?.model}`;
  return `\n${minutes.length} minutes of work, on ${machine}.\n\n${driftReport(minutes, warmUp)}\n`;
}
