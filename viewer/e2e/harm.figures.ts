import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Desktop } from "./support/desktop.ts";
import { keep, temporary } from "./support/folder.ts";
import { Host } from "./support/host.ts";
import { run } from "./support/program.ts";
import { Relay, relayBinary } from "./support/relay.ts";
import { Technician } from "./support/technician.ts";
import { eventually, sleep } from "./support/wait.ts";

// Programs are killed at random moments of a session that is recorded, in turn. What was kept
// verifies, opens and plays; of what happened, at most the second is lost that the host was making.
// What was found is in viewer/e2e/out/harm.md. `make soak`, or after `make build`:
//
//   LENDHAND_KILLS=100 LENDHAND_KIND=figures .ci/e2e e2e/harm.figures.ts
const kills = Number(process.env["LENDHAND_KILLS"]);
const victims = ["host", "relay", "browser"] as const;

/** A part's second, and what sealing and writing it may take on a machine that is busy, in ms. */
const MOST_LOST = 2000;

/** Until the relay gives up a host that does not come back, and then its recording, in ms. */
const FORSAKEN = 180_000;

let desktop: Desktop;
let relay: Relay;
let host: Host;
let technician: Technician;

/** One kill, and how it went: what is missing between the last part and the kill, in ms. */
interface Death {
  victim: (typeof victims)[number];
  id: string;
  /** By the wall clock, in ms. */
  at: number;
  lost?: number;
  fault?: string;
}
const deaths: Death[] = [];

beforeAll(async () => {
  desktop = await Desktop.start();
  relay = await Relay.start();
  await Technician.addTo(relay, "ines");
  await relay.changeRules({ recording: "required" });
  technician = await Technician.signIn(relay, "ines");
  const clock = "while :; do date +%N; sleep 0.05; done"; // or there would be nothing to lose
  desktop.open("xterm", ["-T", "Clock", "-e", "sh", "-c", clock]);
  await desktop.window("^Clock$");
});

afterAll(async () => {
  await technician?.close();
  await host?.stop();
  await relay?.remove();
  await desktop?.stop();
});

const command = (...args: string[]) =>
  run(relayBinary, ["recordings", ...args, "--data", relay.data], { timeout: 30_000 });

/** Waits until the host has no part left that the relay has not receipted. */
async function uploaded(): Promise<void> {
  const spool = join(desktop.home.path, ".cache", "lendhand", "recordings");
  await eventually(
    "nothing is left on the host",
    () => !existsSync(spool) || readdirSync(spool).length === 0,
    40_000,
  );
}

/** Recordings and their states, the oldest first. */
async function recordings(): Promise<{ id: string; state: string }[]> {
  const rows = (await command("list")).split("\n").slice(1);
  return rows.map((row) => {
    const [id, , state] = row.split(/\s+/);
    return { id: id!, state: state! };
  });
}

/** Verifies a recording, opens every part of it, and plays its video through another program. */
async function look(death: Death): Promise<void> {
  expect(await command("verify", death.id)).toContain("is as the host recorded it");
  const out = temporary("kept");
  try {
    await command("export", death.id, "--into", out.path, "--reason", "test");
    const list = JSON.parse(readFileSync(join(out.path, `${death.id}.export.json`), "utf8")) as {
      manifest: string;
      length: number;
      complete: boolean;
      files: { name: string; frames?: number }[];
    };
    const videos = list.files.filter(({ name }) => name.endsWith(".webm"));
    expect(videos.length).toBeGreaterThan(0);
    for (const { name, frames } of videos) expect(await played(join(out.path, name))).toBe(frames);
    expect(list.complete).toBe(death.victim !== "host");
    const { begins } = JSON.parse(list.manifest) as { begins: string };
    death.lost = Math.max(0, death.at - Date.parse(begins) - list.length);
    expect(death.lost).toBeLessThan(MOST_LOST);
  } finally {
    out.remove();
  }
}

/** How many pictures another program finds in a video. */
async function played(path: string): Promise<number> {
  const probe = ["-v", "error", "-count_frames", "-show_entries", "stream=nb_read_frames"];
  const told = await run("ffprobe", [...probe, "-of", "csv=p=0", path], { timeout: 60_000 });
  return Number.parseInt(told);
}

/** Looks at the recordings that have ended since it was done last. */
async function lookAround(): Promise<void> {
  const states = new Map((await recordings()).map(({ id, state }) => [id, state]));
  for (const death of deaths) {
    if (death.lost !== undefined || death.fault || states.get(death.id) === "open") continue;
    await look(death).catch((error: unknown) => (death.fault = String(error)));
  }
  report();
}

function report(): void {
  const rows = victims.map((victim) => {
    const seen = deaths.filter((d) => d.victim === victim && (d.lost !== undefined || d.fault));
    const lost = seen.map((d) => d.lost ?? NaN).filter((ms) => !Number.isNaN(ms));
    const faults = seen.filter((d) => d.fault).length;
    lost.sort((a, b) => a - b);
    return `| ${victim} | ${seen.length} | ${lost[lost.length >> 1] ?? "–"} | ${lost.at(-1) ?? "–"} | ${faults} |`;
  });
  const head = ["| killed | times | lost, median ms | at most | faults |", "|---|---|---|---|---|"];
  keep("harm.md", [...head, ...rows, ""].join("\n"));
}

/** Ends the session as the person does, and the host. */
async function finish(): Promise<void> {
  host.say("stop");
  await host.event("stopped");
  await uploaded();
  await host.stop();
}

const killing = {
  host: async () => {
    await host.kill();
    host = Host.start(desktop, relay); // takes up what is left
    await host.code();
    await uploaded();
    await host.stop();
  },
  relay: async () => {
    await relay.kill();
    await sleep(1000 * Math.random());
    await relay.restart();
    await finish();
  },
  browser: async () => {
    await technician.browser.kill();
    await finish();
    technician = await Technician.signIn(relay, "ines");
  },
};

test(
  "a kill loses a second at most, and nothing that was kept",
  async ({ onTestFailed }) => {
    onTestFailed(() => console.error([relay, host, technician].map((p) => p?.report()).join("\n")));
    for (let n = 0; n < kills; n++) {
      const victim = victims[n % victims.length]!;
      host = Host.start(desktop, relay);
      await technician.page.goto("about:blank");
      await technician.page.goto(relay.url);
      await technician.takesControl(host);
      await sleep(1200 + 2800 * Math.random());
      const at = Date.now();
      await killing[victim]();
      deaths.push({ victim, at, id: (await recordings()).at(-1)!.id });
      await lookAround();
    }
    const all = () => deaths.every(({ lost, fault }) => lost !== undefined || fault);
    await eventually(
      "every recording has ended",
      async () => {
        await lookAround();
        return all();
      },
      FORSAKEN,
      2000,
    );
    expect(deaths.flatMap(({ victim, fault }) => (fault ? [`${victim}: ${fault}`] : []))).toEqual(
      [],
    );
    expect(deaths).toHaveLength(kills);
  },
  FORSAKEN + kills * 60_000,
);
