import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { BadMessage } from "../protocol/check.ts";
import { decodeControl, decodeRelay } from "./decode.ts";
import { Dropped, decodeInput, decodePointer } from "./hands.ts";

const folder = new URL("../../../signaling/testdata/vectors/", import.meta.url);
const vector = (name: string) => readFileSync(new URL(`${name}.json`, folder), "utf8").trim();
const changed = (name: string, change: object) =>
  JSON.stringify({ ...(JSON.parse(vector(name)) as object), ...change });

describe("golden vectors", () => {
  it.each([
    "registered",
    "keys",
    "code",
    "withdrawn",
    "connect",
    "offer",
    "candidate",
    "limits",
    "resumed",
    "ended",
    "error",
  ])("%s is read from the relay", (name) => {
    expect(decodeRelay(vector(name))).toEqual(JSON.parse(vector(name)));
  });

  it("request is read from the relay", () => {
    const request = JSON.parse(vector("request")) as { limits: object };
    const limits = { type: "limits", ...request.limits };
    expect(decodeRelay(vector("request"))).toEqual({ ...request, limits });
  });

  it.each(["present", "nonce", "compared", "watch", "observe", "tiles", "end", "error"])(
    "%s is read from the technician",
    (name) => expect(decodeControl(vector(name))).toEqual(JSON.parse(vector(name))),
  );

  it("of hands are read, and dropped", () => {
    expect(decodeInput(vector("input"))).toEqual({ first: 41, count: 5 });
    expect(() => decodePointer(vector("pointer"))).not.toThrow();
  });

  it.each(["redeem", "granted", "requested", "permissions", "screen", "register", "cursor"])(
    "%s is nothing that a host hears",
    (name) => {
      expect(() => decodeRelay(vector(name))).toThrow(/unknown message type/);
      expect(() => decodeControl(vector(name))).toThrow(/unknown message type/);
    },
  );
});

describe("a request", () => {
  const wide = `iVBORw0KGgoAAAANSUhEUgAAAGEAAAABCAYAAAD0${"AAAA".repeat(8)}`;
  it.each([
    [{ photo: "R0lGODlhAQABAIAAAAUEBAAAACwAAAAAAQABAAACAkQBADs=" }],
    [{ photo: wide }],
    [{ photo: `${wide.slice(0, 40)}${"AAAA".repeat(9000)}` }],
    [{ photo: '" onerror="alert(1)' }],
    [{ technician: { id: "u", name: "a\u202eb" } }],
    [{ technician: { id: "u", name: "" } }],
    [{ ask: ["control"] }],
    [{ expiresIn: -1 }],
    [{ recording: { required: false } }],
    [{ recording: "no" }],
    [{ limits: { scopes: [] } }],
    [{ ticket: "x".repeat(65) }],
  ])("is refused beyond its limits: %j", (change) => {
    expect(() => decodeRelay(changed("request", change))).toThrow(BadMessage);
  });

  it("may have no photo and no limits", () => {
    const m = decodeRelay(changed("request", { photo: undefined, limits: undefined }));
    expect(m).not.toHaveProperty("photo");
    expect(m).not.toHaveProperty("limits");
  });
});

it.each([
  ["registered", { keys: [] }],
  ["registered", { keys: Array(9).fill({ id: "k", key: "A".repeat(43) }) }],
  ["keys", { keys: [{ id: "k", key: "short" }] }],
  ["connect", { iceServers: [{ urls: "stun:x" }] }],
  ["offer", { sdp: "hello" }],
])("%s is refused when it has %j", (name, change) => {
  expect(() => decodeRelay(changed(name, change))).toThrow(BadMessage);
});

describe("hands", () => {
  it.each([
    { first: 0 },
    { events: [{ kind: "explode" }] },
    { events: [{ kind: "button", button: 5, down: true, x: 1, y: 1 }] },
    { events: [{ kind: "wheel", dx: 101, dy: 0, x: 1, y: 1 }] },
    { events: [{ kind: "key", code: "KeyA", down: 1 }] },
    { events: Array(257).fill({ kind: "text", text: "a" }) },
    { held: { keys: [], buttons: 256 } },
  ])("are refused beyond their limits: %j", (change) => {
    expect(() => decodeInput(changed("input", change))).toThrow(BadMessage);
  });

  it("are acknowledged once and in order, and a gap is not", () => {
    const dropped = new Dropped();
    expect(dropped.take({ first: 1, count: 3 })).toBe(3);
    expect(dropped.take({ first: 2, count: 1 })).toBe(3);
    expect(dropped.take({ first: 6, count: 1 })).toBeUndefined();
    expect(dropped.take({ first: 4, count: 0 })).toBe(3);
  });
});
