import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Desktop } from "./support/desktop.ts";
import { Editor } from "./support/editor.ts";
import { temporary } from "./support/folder.ts";
import { Host } from "./support/host.ts";
import { run } from "./support/program.ts";
import { Relay, relayBinary } from "./support/relay.ts";
import { Technician } from "./support/technician.ts";
import { eventually } from "./support/wait.ts";

// A session of an organisation that wants sessions recorded, from the host's pictures to the relay's
// folder: sealed there, whole, and opened with the auditors' key.
const secret = "hunter2-typed";
let desktop: Desktop;
let relay: Relay;

beforeAll(async () => {
  desktop = await Desktop.start();
  relay = await Relay.start(["--organisation", "Example Help Desk"]);
  await Technician.addTo(relay, "ines");
  await relay.changeRules({ recording: "required" });
});

afterAll(async () => {
  await relay?.remove();
  await desktop?.stop();
});

/** What the relay has recorded so far: the pieces of one session, one after the other. */
function recorded(): Buffer {
  const pieces: string[] = [];
  for (const folder of ["recordings", "recordings-open"]) {
    const all = readdirSync(join(relay.data, folder), { recursive: true, encoding: "utf8" });
    const volumes = all.filter((name) => name.endsWith(".volume")).toSorted();
    pieces.push(...volumes.map((name) => join(relay.data, folder, name)));
  }
  return Buffer.concat(pieces.map((name) => readFileSync(name)));
}

test("a session is recorded, sealed, and opened with the auditors' key", async ({
  onTestFailed,
}) => {
  const host = Host.start(desktop, relay);
  const technician = await Technician.signIn(relay, "ines");
  onTestFailed(() => console.error([relay, host, technician].map((p) => p.report()).join("\n")));
  const out = temporary("export");
  try {
    await technician.takesControl(host);
    const editor = await Editor.open(desktop, "letter.txt");
    const place = await editor.place();
    await technician.clickAt(place.x + 60, place.y + 80);
    await technician.page.keyboard.type(secret);
    await editor.holds(secret);
    host.say("stop");
    await host.event("stopped");
    const whole = join(out.path, "session.recording");
    const opened = ["--identity", join(relay.data, "keys", "auditors.age")];
    await eventually("the recording is whole", async () => {
      writeFileSync(whole, recorded());
      await run(relayBinary, ["recordings", "verify", whole]);
      return true;
    });
    await run(relayBinary, ["recordings", "export", whole, "--into", out.path, ...opened]);
    const texts = readdirSync(out.path).filter((name) => name.endsWith(".jsonl"));
    const events = texts.map((name) => readFileSync(join(out.path, name), "utf8")).join("");
    for (const type of ["consent", "screen", "click", "keys", "end"]) {
      expect(events).toContain(`"type":"${type}"`);
    }
    expect(events).not.toContain(secret);
    expect(recorded().includes(secret)).toBe(false);
    expect(readdirSync(out.path).some((name) => name.endsWith(".webm"))).toBe(true);
  } finally {
    await technician.close();
    await host.stop();
    out.remove();
  }
});
