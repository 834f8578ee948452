import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { Browser } from "./support/chromium.ts";
import { Desktop } from "./support/desktop.ts";
import { Editor } from "./support/editor.ts";
import { Host } from "./support/host.ts";
import { Relay } from "./support/relay.ts";
import { Technician } from "./support/technician.ts";
import { sleep } from "./support/wait.ts";
import { converse, refusedUpgrade, vector } from "./support/wire.ts";

// Who is refused, and how they are told. What takes minutes of waiting (an expired code) and what
// no browser of ours can forge (grants) is tested where time and grants can be made up:
// signaling/broker and client/internal/app. Silence is waited for in failures.test.ts.
let desktop: Desktop;
let relay: Relay;
let host: Host;
let ines: Technician;
let jonas: Technician;
let browser: Technician;

beforeAll(async () => {
  [desktop, relay] = await Promise.all([Desktop.start(), Relay.start()]);
  for (const name of ["ines", "jonas"]) await Technician.addTo(relay, name);
  browser = await Technician.signIn(relay, "ines");
});

beforeEach(async () => {
  host = Host.start(desktop, relay);
  ines = await browser.another(relay);
});

afterEach(async () => {
  await host.stop();
  await ines.page.close();
});

afterAll(async () => {
  await browser?.close();
  await jonas?.close();
  await relay?.remove();
  await desktop?.stop();
});

const invalid =
  "That code is not valid. " +
  "A code works once and for ten minutes. Ask for the one that is shown now.";

test("a wrong code is not valid, and the right one is after it", async () => {
  const code = await host.code();
  const wrong = code.slice(0, -1) + ((Number(code.at(-1)) + 1) % 10);
  await ines.redeem(wrong);
  expect(await ines.problem()).toBe(invalid);
  expect(host.events().map(({ event }) => event)).toEqual(["code"]);
  await ines.redeem(code);
  await host.request();
});

test("a code that was used is answered like a wrong one, and the session is nobody else's", async () => {
  const code = await host.code();
  const token = new Promise<string>((resolve) =>
    ines.page.on("websocket", (socket) =>
      socket.on("framereceived", ({ payload }) => {
        if (String(payload).includes('"requested"')) resolve(String(payload));
      }),
    ),
  );
  await ines.page.reload(); // its connection is older than the ears
  await ines.redeem(code);
  await host.request();

  jonas ??= await Technician.signIn(relay, "jonas");
  await jonas.redeem(code);
  expect(await jonas.problem()).toBe(invalid);

  host.say("control");
  await ines.seesScreen();
  await jonas.redeem(code);
  expect(await jonas.problem()).toBe(invalid);
  // Not even with the secret that resumes it.
  const resume = { ...JSON.parse(vector("resume.json")), ...JSON.parse(await token) };
  const stolen = JSON.stringify({ ...resume, type: "resume" });
  const answer = await converse(jonas.page, "/signal/technician", [stolen]);
  expect(answer.closed).toBe(4007);
  expect(answer.heard).toMatchObject([{ type: "error", code: "session_unknown" }]);

  await ines.may("control");
  expect(await ines.connection("Direct")).not.toContain("relay is away");
  expect(host.events().filter(({ event }) => event === "request")).toHaveLength(1);
});

test("the person says no", async () => {
  await ines.redeem(await host.code());
  await host.request();
  const from = host.linesSoFar;
  host.say("no");
  const { cause, words } = await ines.ended();
  expect(cause).toBe("declined");
  expect(words).toContain("The person said no.");
  expect(words).toContain("Speak with them about what you need");
  await host.program.line(/^The session is over: you said no\.$/, 5_000, from);
  expect(await host.event("stopped")).toMatchObject({ reason: "declined" });
  // The code is spent; the next one works.
  await ines.page.getByTestId("new-session").click();
  await ines.redeem(await host.code(from));
  await host.request(from);
});

test("control that was not asked for is not given, nor when a further request is declined", async () => {
  const editor = await Editor.open(desktop, "refused.txt");
  const place = await editor.place();
  const click = () => ines.clickAt(place.x + 60, place.y + 80);
  await ines.redeem(await host.code(), "view");
  expect(await host.request()).toMatch(/asks to see your screen\. /);

  // Neither as the answer, nor later.
  host.say("control");
  await host.program.line(/^Control was not asked for\. Type view or no\.$/);
  host.say("view");
  await ines.seesScreen();
  await ines.may("view");
  host.say("control");
  await host.program.line(/^Control was not asked for\. The technician can ask for it\.$/);
  const rest = await desktop.x.pointer();
  await click();
  await ines.page.keyboard.type("nobody allowed this");
  await sleep(500);
  expect(await desktop.x.pointer()).toEqual(rest);
  expect(await editor.text()).toBe("");

  let from = host.linesSoFar;
  await ines.page.getByTestId("ask-for-control").click();
  expect(await host.request(from)).toContain("use your mouse and keyboard");
  host.say("no");
  await ines.page.getByTestId("mode").getByText("They said no to control").waitFor();
  await ines.may("view");

  from = host.linesSoFar;
  await ines.page.getByTestId("ask-for-control").click();
  await host.request(from);
  host.say("control");
  await ines.may("control");
  await click();
  await ines.page.keyboard.type("allowed", { delay: 20 });
  await editor.holds("allowed");
});

test("an auditor cannot connect", async () => {
  await Technician.addTo(relay, "ada", "auditor");
  const browser = await Browser.start({ ca: relay.ca });
  try {
    const page = await browser.page();
    await Technician.enter(page, relay, "ada");
    await page.getByTestId("recordings").waitFor();
    expect(await page.getByTestId("code").count()).toBe(0);
    const cookie = await browser.cookies(relay.url);
    const { status, body } = await refusedUpgrade(relay, "/signal/technician", cookie);
    expect([status, body.code]).toEqual([403, "forbidden"]);
    expect(body.message).not.toBe("");
    expect(body.hint).not.toBe("");
  } finally {
    await browser.close();
  }
});

test("somebody who is not signed in cannot connect", async () => {
  const { status, body } = await refusedUpgrade(relay, "/signal/technician", "");
  expect([status, body.code]).toEqual([401, "unauthenticated"]);
  expect(body.message).not.toBe("");
});

const register = vector("register.json");
const padded = (size: number) => JSON.stringify({ type: "end", reason: "x".repeat(size) });

test.for([
  ["not JSON", "host", ["{"], 4000, "bad_message"],
  ["a field that is missing", "host", ['{"type":"resume","version":1}'], 4000, "bad_message"],
  ["an unknown type", "host", ['{"type":"dance"}'], 4001, "unknown_message"],
  ["another's message", "technician", [register], 4001, "unknown_message"],
  ["5 KiB from a stranger", "host", [padded(5 << 10)], 1009, "message_too_large"],
  ["65 KiB from a host", "host", [register, padded(65 << 10)], 1009, "message_too_large"],
  ["no introduction", "host", ['{"type":"disconnected"}'], 4003, "not_introduced"],
  ["an old token", "technician", [vector("resume.json")], 4007, "session_unknown"],
] as const)("the relay closes on %s", async ([, who, say, closed, code]) => {
  const answer = await converse(ines.page, `/signal/${who}`, [...say]);
  expect(answer.closed).toBe(closed);
  const last = answer.heard.at(-1);
  expect(last).toMatchObject({ type: "error", code });
  expect(last?.message).not.toBe("");
  expect(await host.code()).toMatch(/^\d{9}$/); // others do not suffer
});
