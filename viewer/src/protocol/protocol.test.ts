import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { BadMessage } from "./check.ts";
import { decodeFiles } from "./decode-files.ts";
import {
  decodeChat,
  decodeClipboard,
  decodeControl,
  decodeCursor,
  decodeInput,
} from "./decode-host.ts";
import { decodeRelay } from "./decode.ts";
import { candidate, encode, input, invite, redeem, redeemInvitation } from "./encode.ts";
import type { Outgoing } from "./encode.ts";
import type { Input, Invite, Redeem } from "./message.ts";

const folder = new URL("../../../signaling/testdata/vectors/", import.meta.url);
const vectors = new Map(
  readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .map((name) => [name.replace(".json", ""), readFileSync(new URL(name, folder), "utf8").trim()]),
);

function vector(name: string): string {
  const text = vectors.get(name);
  if (text === undefined) throw new Error(`no vector ${name}`);
  return text;
}

/** What this page receives, by the function that reads it. */
const received: Record<string, (data: string) => unknown> = {
  requested: decodeRelay,
  granted: decodeRelay,
  refused: decodeRelay,
  answer: decodeRelay,
  candidate: decodeRelay,
  resumed: decodeRelay,
  limits: decodeRelay,
  invited: decodeRelay,
  invitations: decodeRelay,
  opened: decodeRelay,
  ended: decodeRelay,
  error: decodeRelay,
  permissions: decodeControl,
  reveal: decodeControl,
  compared: decodeControl,
  screen: decodeControl,
  shape: decodeControl,
  figures: decodeControl,
  cursor: decodeCursor,
  monitors: decodeControl,
  ack: decodeInput,
  chat: decodeChat,
  clipboard: decodeClipboard,
  file: decodeFiles,
  take: decodeFiles,
  whole: decodeFiles,
  kept: decodeFiles,
  drop: decodeFiles,
};

/** What this page sends, made from the values in the vector by the page's own functions. */
const sent: Record<string, (values: never) => Outgoing> = {
  redeem: (v: Redeem) => redeem(v.code ?? "", v.ask, v.ticket ?? "", v.fingerprint, v.record),
  invite: (v: Invite) => invite(v.ask, v.ticket ?? "", v.expiresIn ?? 0, v.record),
  withdraw: (v: Outgoing) => v,
  nonce: (v: Outgoing) => v,
  compared: (v: Outgoing) => v,
  resume: (v: Outgoing) => v,
  ask: (v: Outgoing) => v,
  offer: (v: Outgoing) => v,
  candidate: (v: RTCIceCandidateInit) => candidate(v),
  end: (v: Outgoing) => v,
  error: (v: Outgoing) => v,
  present: (v: Outgoing) => v,
  watch: (v: Outgoing) => v,
  observe: (v: Outgoing) => v,
  tiles: (v: Outgoing) => v,
  input: (v: Input) => input(v.first, v.events, v.held),
  pointer: (v: Outgoing) => v,
  chat: (v: Outgoing) => v,
  clipboard: (v: Outgoing) => v,
  file: (v: Outgoing) => v,
  take: (v: Outgoing) => v,
  whole: (v: Outgoing) => v,
  kept: (v: Outgoing) => v,
  drop: (v: Outgoing) => v,
  want: (v: Outgoing) => v,
  ack: (v: Outgoing) => v,
};

/** What only hosts send or receive. */
const hostOnly = [
  "register",
  "registered",
  "code",
  "request",
  "withdrawn",
  "connect",
  "consent",
  "refuse",
  "connected",
  "disconnected",
  "keys",
  "known",
  "paused",
  "report",
];

describe("golden vectors", () => {
  it("are all known here", () => {
    const known = new Set([...Object.keys(received), ...Object.keys(sent), ...hostOnly]);
    expect([...vectors.keys()].filter((name) => !known.has(name))).toEqual([]);
    expect([...known].filter((name) => !vectors.has(name))).toEqual([]);
  });

  it.each(Object.entries(received))("%s is read", (name, decode) => {
    expect(JSON.stringify(decode(vector(name)))).toBe(vector(name));
  });

  it.each(Object.entries(sent))("%s is written", (name, make) => {
    expect(encode(make(JSON.parse(vector(name)) as never))).toBe(vector(name));
  });

  it.each(hostOnly)("%s is not for a technician", (name) => {
    for (const decode of [decodeRelay, decodeControl, decodeInput]) {
      expect(() => decode(vector(name))).toThrow(/unknown message type/);
    }
  });
});

describe("decoding", () => {
  const broken: [string, string, string][] = [
    ["not JSON", "{", "bad_message"],
    ["not an object", "[]", "bad_message"],
    ["null", "null", "bad_message"],
    ["no type", "{}", "bad_message"],
    ["an inherited name", '{"type":"toString"}', "unknown_message"],
    ["too large", `{"type":"ended","reason":"${"x".repeat(70_000)}"}`, "message_too_large"],
    ["a missing field", '{"type":"answer"}', "bad_message"],
    ["a wrong type", '{"type":"ended","reason":7}', "bad_message"],
    ["an unknown state", '{"type":"resumed","state":"asleep"}', "bad_message"],
    [
      "no view",
      '{"type":"granted","grant":"g","scopes":["control"],"iceServers":[]}',
      "bad_message",
    ],
    [
      "a name that turns text around",
      '{"type":"requested","sessionId":"s","token":"t","host":{"name":"a\u202eb","os":""},"expiresIn":60}',
      "bad_message",
    ],
  ];
  it.each(broken)("refuses %s", (_, data, code) => {
    try {
      decodeRelay(data);
    } catch (e) {
      expect((e as BadMessage).code).toBe(code);
      return;
    }
    throw new Error("was accepted");
  });

  it("ignores fields and scopes that it does not know", () => {
    const m = decodeControl(
      '{"type":"permissions","scopes":["view","files"],"grantable":["view"],"later":1}',
    );
    expect(m).toEqual({ type: "permissions", scopes: ["view"], grantable: ["view"] });
  });

  it("refuses places outside any screen", () => {
    expect(() => decodeControl('{"type":"screen","width":0,"height":1}')).toThrow(BadMessage);
    expect(() => decodeControl('{"type":"screen","width":1.5,"height":1}')).toThrow(BadMessage);
  });

  it("takes a screen as wide or as high as it likes, but not of any area", () => {
    const read = (width: number, height: number) =>
      decodeControl(JSON.stringify({ type: "screen", width, height }));
    expect(read(65_536, 1024)).toEqual({ type: "screen", width: 65_536, height: 1024 });
    expect(read(4 * 3840, 2160)).toMatchObject({ width: 15_360 });
    expect(() => read(8192, 8193)).toThrow(BadMessage);
    expect(() => read(65_536, 65_536)).toThrow(BadMessage);
  });

  const lies: [string, object][] = [
    ["is too large", { width: 97 }],
    ["has no pixel", { height: 0 }],
    ["points beside itself", { hotX: 2 }],
    ["is of another size than its file", { width: 3 }],
    ["is no PNG file", { png: "R0lGODlhAQABAIAAAAUEBAAAACwAAAAAAQABAAACAkQBADs=" }],
    ["is no base64", { png: `${vector("shape").slice(68, 130)}") } body {` }],
    ["has too large a file", { png: `${vector("shape").slice(68, 132)}${"AAAA".repeat(14_000)}` }],
    ["has the name of the hidden one", { id: 0 }],
  ];
  it.each(lies)("refuses a shape that %s", (_, lie) => {
    const right = JSON.parse(vector("shape")) as object;
    expect(() => decodeControl(JSON.stringify({ ...right, ...lie }))).toThrow(BadMessage);
  });

  it("refuses monitors that are none", () => {
    const one = { id: 0, name: "DP-1", x: 0, y: 0, width: 9, height: 9, primary: true };
    const read = (monitors: unknown) =>
      decodeControl(JSON.stringify({ type: "monitors", monitors, shown: 0 }));
    expect(read([{ ...one, x: -1920 }])).toMatchObject({ monitors: [{ x: -1920 }] });
    for (const wrong of [
      { id: -1 },
      { name: "" },
      { name: "a\u202eb" },
      { width: 0 },
      { primary: 1 },
    ]) {
      expect(() => read([{ ...one, ...wrong }])).toThrow(BadMessage);
    }
    expect(() => read(Array.from({ length: 17 }, () => one))).toThrow(BadMessage);
  });
});

describe("figures", () => {
  const right = { type: "figures", pictures: 0, cores: 4 };
  const read = (change: object) => decodeControl(JSON.stringify({ ...right, ...change }));

  it("may be few", () => expect(read({})).toEqual(right));

  it.each([
    { pictures: 1.5 },
    { pictures: 1001 },
    { cores: 0 },
    { encode: -1 },
    { encodeMost: "1" },
    { cpu: 1025 },
    { machine: 1.01 },
    { rate: 2e9 },
    { queue: 60_001 },
    { loss: true },
    { limited: "weather" },
  ])("are refused beyond their limits: %j", (wrong) => {
    expect(() => read(wrong)).toThrow(BadMessage);
  });
});

describe("what the organisation and the words bring", () => {
  const broken: [(data: string) => unknown, object][] = [
    [decodeRelay, { type: "limits", scopes: ["control"] }],
    [decodeRelay, { type: "limits", scopes: ["view"], endsIn: -1 }],
    [decodeRelay, { type: "limits", scopes: ["view"], confirmEvery: 604_801 }],
    [decodeRelay, { type: "limits", scopes: ["view"], verifyWords: 1 }],
    [decodeRelay, { ...(JSON.parse(vector("invited")) as object), code: "48291307" }],
    [
      decodeRelay,
      { ...(JSON.parse(vector("opened")) as object), host: { name: "a\u202eb", os: "" } },
    ],
    [decodeRelay, { type: "invitations", invitations: [{}] }],
    [decodeRelay, { ...(JSON.parse(vector("granted")) as object), readers: ["a\u202eb"] }],
    [decodeRelay, { ...(JSON.parse(vector("granted")) as object), readers: Array(17).fill("a") }],
    [decodeRelay, { ...(JSON.parse(vector("requested")) as object), unrecorded: "mood" }],
    [decodeControl, { type: "permissions", scopes: ["view"], grantable: [], recording: "lost" }],
    [decodeControl, { type: "permissions", scopes: ["view"], grantable: ["view"], recording: 1 }],
    [decodeControl, { type: "reveal", nonce: "short" }],
    [decodeControl, { type: "compared", result: "perhaps" }],
    [decodeControl, { type: "permissions", scopes: ["view"], grantable: ["view"], commitment: "" }],
  ];
  it.each(broken)("is refused beyond its limits", (decode, m) => {
    expect(() => decode(JSON.stringify(m))).toThrow(BadMessage);
  });
});

describe("encoding", () => {
  it("says with an empty candidate that there are no more", () => {
    expect(encode(candidate(null))).toBe('{"type":"candidate","candidate":""}');
  });

  it("names an invitation instead of a code", () => {
    expect(encode(redeemInvitation("i_1", ["view"], "INC-1", "f"))).toBe(
      '{"type":"redeem","version":1,"invitation":"i_1","ask":["view"],"ticket":"INC-1","fingerprint":"f"}',
    );
    expect(encode(invite(["view"], "", 0))).toBe('{"type":"invite","version":1,"ask":["view"]}');
  });

  it("leaves an empty ticket out", () => {
    expect(encode(redeem("1", ["view"], "", "f"))).not.toContain("ticket");
  });
});
