import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { Clock } from "./support/clock.ts";
import { Desktop } from "./support/desktop.ts";
import { Editor } from "./support/editor.ts";
import { Host, type HostEvent } from "./support/host.ts";
import { blockAllUDP } from "./support/network.ts";
import { Relay } from "./support/relay.ts";
import { Technician } from "./support/technician.ts";
import { eventually, sleep } from "./support/wait.ts";
import { Work } from "./support/work.ts";

// What each side sees when a part of the whole goes away in the middle of a session, and how soon.
// The bounds are generous, for busy machines; the times themselves are printed.
const clock = new Clock();
/** The relay's ports for packets that it forwards, none that a socket gets by chance. */
const forwarded = "20000-20099";
let desktop: Desktop;
let work: Work;
/** One relay that restarts, and one that does not: a minute without a sign is counted on it. */
let relay: Relay;
let steady: Relay;
let browser: Technician;
let host: Host;
const others: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  const starting = [Relay.start(["--relay-ports", forwarded]), Relay.start()] as const;
  [desktop, relay, steady] = await Promise.all([Desktop.start(), ...starting]);
  for (const each of [relay, steady]) await Technician.addTo(each, "ines");
  work = new Work(desktop, await Editor.open(desktop, "failures.txt"));
  browser = await Technician.signIn(relay, "ines");
});

beforeEach(() => {
  host = Host.start(desktop, relay);
});

afterEach(async ({ task }) => {
  if (task.result?.state === "fail")
    console.error([relay, host, browser].map((p) => p.report()).join("\n"));
  await host.stop();
});

afterAll(async () => {
  clock.print();
  for (const end of others) await end();
  await browser?.close();
  await relay?.remove();
  await steady?.remove();
  await desktop?.stop();
});

/** When an event of the host was, as performance.now() counts. */
const afterStart = (event: HostEvent) => Date.parse(event.time) - performance.timeOrigin;

/** Begins a session in which the technician may control. */
async function meet(host: Host, tech: Technician, connection = "Direct"): Promise<void> {
  await tech.takesControl(host);
  await tech.connection(connection);
}

/** A session of the host of each test. */
async function session(query = "", connection = "Direct"): Promise<Technician> {
  const tech = await browser.another(relay, query);
  await meet(host, tech, connection);
  return tech;
}

/** Holds a key and a button down at the host. */
async function hold(tech: Technician): Promise<void> {
  await tech.pointAt(1270, 710);
  await tech.page.keyboard.down("Shift");
  await tech.page.mouse.down();
  await expect.poll(() => desktop.heldDown()).toHaveLength(2);
}

async function nothingHeld(what: string, since: number): Promise<void> {
  await eventually(what, async () => (await desktop.heldDown()).length === 0, 5_000, 20);
  clock.note(what, since, 2_500);
}

/** A request that nobody answers. */
let silent: { host: Host; tech: Technician; asked: number };

/** What becomes of those whose other side never comes back, and when. */
let lostTechnician: { host: Host; since: number };
let lostHost: Promise<{ cause: string | null; words: string; took: number }>;

test("somebody is asked, and says nothing", async () => {
  const its = Host.start(desktop, steady);
  others.push(() => its.stop());
  const tech = await Technician.signIn(steady, "ines");
  others.push(() => tech.close());
  await tech.redeem(await its.code());
  await its.request();
  silent = { host: its, tech, asked: performance.now() };
});

test("the browser is killed: what was held comes up, and the host waits", async () => {
  const its = Host.start(desktop, steady);
  others.push(() => its.stop());
  const tech = await Technician.signIn(steady, "ines");
  others.push(() => tech.close());
  await meet(its, tech);
  await hold(tech);
  const since = performance.now();
  await tech.browser.kill();
  await nothingHeld("browser killed: keys and buttons are up", since);
  await its.program.line(/^The connection to ines broke\. Waiting for it to come back\./);
  clock.note("browser killed: the host says that the connection broke", since, 6_000);
  lostTechnician = { host: its, since };
});

test("the host is killed: the technician's page says so", async () => {
  const its = Host.start(desktop, steady);
  others.push(() => its.stop());
  const tech = await Technician.signIn(steady, "ines");
  others.push(() => tech.close());
  await meet(its, tech);
  const since = performance.now();
  await its.kill();
  expect(await tech.connection("Reconnecting…")).toContain("What you type is not sent");
  clock.note("host killed: the page says that it reconnects", since, 8_000);
  lostHost = tech
    .ended(75_000)
    .then((end) => ({ ...end, took: clock.note("host killed: the page ends it", since, 70_000) }));
  lostHost.catch(() => {}); // it is looked at in the last test
});

test("the tab is closed: the session ends at once", async () => {
  const tech = await session();
  await hold(tech);
  tech.page.on("dialog", (dialog) => void dialog.accept()); // "leave this page?"
  const since = performance.now();
  await tech.page.close({ runBeforeUnload: true });
  expect(await host.event("stopped")).toMatchObject({ reason: "technician_stopped" });
  clock.note("tab closed: the host ends the session", since, 2_500);
  await nothingHeld("tab closed: keys and buttons are up", since);
  await host.program.line(/^The session is over: the technician stopped it\.$/);
  expect(await host.code(host.linesSoFar - 3)).toMatch(/^\d{9}$/);
});

test.for([
  ["ends in order and restarts", "stop", "technician"],
  ["is killed and restarts", "kill", "host"],
] as const)("the relay %s: a direct session does not mind", async ([, how, who]) => {
  const tech = await session();
  await work.isDone(tech, "before ");
  let since = performance.now();
  await relay[how]();
  await host.program.line(/^The relay localhost:\d+ cannot be reached: /);
  clock.note(`relay, ${how}: the host says that it is away`, since, 3_000);
  const away = async () => (await tech.connection("Direct")).includes("The relay is away");
  await eventually("the page says so", away);
  clock.note(`relay, ${how}: the page says that it is away`, since, 3_000);
  await work.isSeen(tech);
  await work.isDone(tech, "without ");

  await relay.restart();
  since = performance.now();
  await host.program.line(/^The relay is reachable again\.$/);
  clock.note(`relay, ${how}: the host is back`, since, 12_000);
  await eventually("the page says so", async () => !(await away()), 15_000);
  clock.note(`relay, ${how}: the page is back`, since, 12_000);
  await work.isSeen(tech);
  await work.isDone(tech, "after ");

  const from = host.linesSoFar;
  if (who === "host") host.say("stop");
  else await tech.page.getByTestId("stop").click();
  expect((await tech.ended()).cause).toBe(`${who}_stopped`);
  expect(await host.event("stopped")).toMatchObject({ reason: `${who}_stopped` });
  // The relay has ended it too: the next session begins as ever.
  await tech.page.getByTestId("new-session").click();
  await tech.redeem(await host.code(from));
  await host.request(from);
  await tech.page.getByTestId("cancel").click();
  await tech.page.close();
});

test("a direct session can be stopped while the relay is away", async () => {
  const tech = await session();
  await relay.stop();
  await hold(tech);
  const since = performance.now();
  host.say("stop");
  expect((await tech.ended()).cause).toBe("host_stopped");
  clock.note("stopped without a relay: the page says so", since, 2_000);
  expect(await host.event("stopped")).toMatchObject({ reason: "host_stopped" });
  await nothingHeld("stopped without a relay: keys and buttons are up", since);
  const from = host.linesSoFar;
  await relay.restart();
  expect(await host.code(from)).toMatch(/^\d{9}$/);
  await tech.page.close();
});

test.for([
  ["ends in order and restarts", "stop"],
  ["is killed and restarts", "kill"],
] as const)("the relay %s: a relayed session comes back", async ([, how]) => {
  const tech = await session("?path=relay", "Relayed");
  await hold(tech);
  let since = performance.now();
  await relay[how]();
  const released = nothingHeld(`relay, ${how}, relayed: keys and buttons are up`, since);
  const told = host.program
    .line(/^The connection to ines broke\./)
    .then(() =>
      clock.note(`relay, ${how}, relayed: the host says that the connection broke`, since, 8_000),
    );
  await tech.connection("Reconnecting…");
  clock.note(`relay, ${how}, relayed: the page says that it reconnects`, since, 8_000);
  await Promise.all([released, told]);
  await tech.page.keyboard.up("Shift");
  await tech.page.mouse.up();

  await relay.restart();
  since = performance.now();
  await tech.connection("Relayed", 20_000);
  clock.note(`relay, ${how}, relayed: the session is back`, since, 15_000);
  await work.isSeen(tech);
  await work.isDone(tech, "relayed ");
  host.say("stop");
  expect((await tech.ended()).cause).toBe("host_stopped");
  await tech.page.close();
});

test("the direct way is lost: the session goes on by way of the relay", async () => {
  const tech = await session();
  const since = performance.now();
  const lift = await blockAllUDP(forwarded);
  try {
    await tech.connection("Relayed", 20_000);
    clock.note("UDP blocked: the session goes on over TLS", since, 15_000);
    expect(await host.event("connected", 5_000, 2)).toMatchObject({ path: "relay" });
    await work.isSeen(tech);
    await work.isDone(tech, "around ");
  } finally {
    await lift();
  }
  await tech.page.getByTestId("stop").click();
  await host.event("stopped");
  await tech.page.close();
});

test("every way is lost for a while: the session comes back", async () => {
  const tech = await session("?path=direct");
  const lift = await blockAllUDP(forwarded);
  await sleep(11_000); // more than one restart of ICE fails
  await lift();
  const since = performance.now();
  await tech.connection("Direct", 20_000);
  clock.note("network back after 11 s: the session is back", since, 15_000);
  await work.isSeen(tech);
  await work.isDone(tech, "again ");
  host.say("stop");
  expect((await tech.ended()).cause).toBe("host_stopped");
  await tech.page.close();
});

// The last two: their minutes have been running behind the others.
test("nobody answers for a minute", { timeout: 80_000 }, async () => {
  const { host, tech, asked } = silent;
  const { cause, words } = await tech.ended(70_000);
  expect(cause).toBe("no_answer");
  expect(words).toContain("The person did not answer in time.");
  await host.program.line(/^No answer: that means no\.$/);
  const stopped = await host.event("stopped");
  expect(stopped).toMatchObject({ reason: "no_answer" });
  expect(host.events().map(({ event }) => event)).not.toContain("granted");
  const took = clock.noted("nobody answers: the host ends it", afterStart(stopped) - asked, 65_000);
  expect(took).toBeGreaterThan(55_000);
});

test("who does not come back within a minute is given up", { timeout: 80_000 }, async () => {
  const stopped = await lostTechnician.host.event("stopped", 70_000);
  expect(stopped).toMatchObject({ reason: "technician_lost" });
  await lostTechnician.host.program.line(
    /^The session is over: the technician did not come back\.$/,
  );
  const away = afterStart(stopped) - lostTechnician.since;
  clock.noted("browser killed: the host ends it", away, 70_000);
  expect(away).toBeGreaterThan(55_000);

  const { cause, words, took } = await lostHost;
  expect(took).toBeGreaterThan(55_000);
  expect(cause).toBe("host_lost");
  expect(words).toContain("The host was away for more than a minute.");
  expect(words).toContain("Check that the computer is on and online");
});
