import { cpus } from "node:os";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { Desktop } from "./support/desktop.ts";
import { Editor } from "./support/editor.ts";
import { picturePainted, received, spread, table, usage } from "./support/figures.ts";
import { keep } from "./support/folder.ts";
import { Host } from "./support/host.ts";
import { blockUDP } from "./support/network.ts";
import { Relay } from "./support/relay.ts";
import { Technician } from "./support/technician.ts";
import { sleep } from "./support/wait.ts";

// What a session takes, for `make bench`. Nothing here fails because a machine is slow. `make bench`
// prints viewer/e2e/out/figures.md.
const repetitions = 5; // of a session's beginning
const seconds = 10; // of watching the programs

let desktop: Desktop;
let relay: Relay;
let host: Host | undefined;
let technician: Technician | undefined;
const beginnings: string[][] = [];
const costs: string[][] = [];

beforeAll(async () => {
  desktop = await Desktop.start({ width: 1920, height: 1080 });
  relay = await Relay.start();
  await Technician.addTo(relay, "ines");
  desktop.open("xterm", ["-geometry", "120x40", "-hold", "-e", "ls", "-l", "/usr/bin"]);
});

afterEach(async () => {
  await technician?.close();
  await host?.stop();
  technician = host = undefined;
});

afterAll(async () => {
  await relay?.remove();
  await desktop?.stop();
  const machine = `${cpus().length} cores, ${cpus()[0]?.model}`;
  const first = ["first picture, ms", "after the answer", "after the host's `granted`"];
  const programs = ["host CPU", "host MiB", "relay CPU", "relay MiB", "X server CPU", "kbit/s"];
  const report = [
    `On ${machine}, which a desktop of 1920×1080 and Chromium share with the programs.`,
    `Median of ${repetitions} (least–greatest):`,
    table(first, beginnings),
    `Over ${seconds} s: CPU in percent of one core, resident memory (its peak), video received:`,
    table(["path: situation", ...programs], costs),
  ];
  keep("figures.md", `\n${report.join("\n\n")}\n`);
});

test("a relay alone, and with a host that waits", async () => {
  await watch("relay alone");
  host = Host.start(desktop, relay);
  await host.code();
  await sleep(2_000);
  await watch("one host waits");
});

test.for([
  { by: "direct", query: "", transport: "direct, udp" },
  { by: "relayed, UDP", query: "?path=relay", transport: "relayed, udp" },
  { by: "relayed, TLS", query: "?path=relay", transport: "relayed, tls" },
])("a session, $by", { timeout: 150_000 }, async ({ by, query, transport }, { onTestFinished }) => {
  if (transport.endsWith("tls")) onTestFinished(await blockUDP(relay.port));
  const [person, tech] = [Host.start(desktop, relay), await Technician.signIn(relay, "ines")];
  [host, technician] = [person, tech];
  const times = [await begin(person, tech, query, 1)];
  for (let session = 2; session <= repetitions; session++) {
    person.say("stop");
    await person.event("stopped", 15_000, session - 1);
    times.push(await begin(person, tech, query, session));
  }
  beginnings.push([by, spread(times.map((t) => t.answer)), spread(times.map((t) => t.granted))]);

  await tech.page.getByTestId("stats-toggle").click();
  await expect.poll(() => tech.page.getByTestId("stats").textContent()).toContain(transport);
  await sleep(5_000); // until the picture is as sharp as it gets
  await watch(`${by}: at rest`);
  await Editor.open(desktop, `note-${by.replaceAll(/\W+/g, "-")}.txt`); // has the keyboard now
  await watch(`${by}: typing, 6 keys/s`, typing());
  const terminal = desktop.open("xterm", ["-geometry", "160x60", "-e", "sh", "-c", scrolling]);
  await sleep(1_000);
  await watch(`${by}: scrolling, 30 lines/s`);
  await terminal.stop();
});

const scrolling = 'while sleep 0.033; do echo "$((n += 1)) $(date +%N) all quiet on line $n"; done';

/** Real key events at the host, for as long as the programs are watched. */
function typing(): Promise<string> {
  const text = "the quick brown fox jumps over the lazy dog ".repeat(2).slice(0, seconds * 6);
  return desktop.xdotool("type", "--delay", "160", text);
}

/** Begins a session by answering `view`; the ms until the page shows its picture. */
async function begin(person: Host, tech: Technician, query: string, session: number) {
  const { code } = await person.event("code", 15_000, session);
  await tech.page.goto(`${relay.url}/${query}`);
  await tech.redeem(String(code));
  await person.event("request", 15_000, session);
  const painted = picturePainted(tech.page);
  await sleep(500); // a person reads before they answer
  const answered = Date.now();
  person.say("view");
  const granted = Date.parse((await person.event("granted", 15_000, session)).time);
  const at = await painted;
  return { answer: at - answered, granted: at - granted };
}

/** Watches the programs, which are busy with `work`, and adds a row to the table. */
async function watch(situation: string, work: Promise<unknown> = Promise.resolve()): Promise<void> {
  const pids = [relay.pid, desktop.pid, ...(host ? [host.program.pid] : [])];
  const [used, kilobits] = await Promise.all([
    usage(pids, seconds),
    technician && received(technician.page, seconds),
    work,
  ]);
  const [relays, desktops, hosts] = used.map(({ cpu, memory, peak }) => ({
    cpu: cpu.toFixed(1),
    memory: `${memory.toFixed(0)} (${peak.toFixed(0)})`,
  }));
  const programs = [hosts?.cpu, hosts?.memory, relays?.cpu, relays?.memory, desktops?.cpu];
  costs.push([situation, ...programs.map((cell) => cell ?? "–"), kilobits?.toFixed(0) ?? "–"]);
}
