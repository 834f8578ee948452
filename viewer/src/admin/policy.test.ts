import { afterEach, describe, expect, it, vi } from "vitest";
import { ALL_SCOPES } from "../protocol/message.ts";
import { contradiction, effective, policyInForce, savePolicy } from "./policy.ts";
import type { GroupRules, Rules } from "./policy.ts";

const organisation: Rules = {
  scopes: [...ALL_SCOPES],
  recording: "optional",
  recordingPausable: false,
  recordingCopy: "summary",
  recordingSlow: "shrink",
  retentionDays: 180,
  longestSession: 0,
  confirmEvery: 1800,
  networks: [],
  idle: 7200,
  verifyWords: "offered",
  secondFactor: "optional",
};

afterEach(() => void vi.unstubAllGlobals());

function answer(v: unknown) {
  const made = vi.fn<typeof fetch>(() => Promise.resolve(new Response(JSON.stringify(v))));
  vi.stubGlobal("fetch", made);
  return made;
}

describe("what holds for a group", () => {
  it("is the organisation's, when the group says nothing", () => {
    expect(effective(organisation, {})).toEqual(organisation);
  });

  it.each<[string, GroupRules, Partial<Rules>]>([
    ["fewer scopes", { scopes: ["view"] }, { scopes: ["view"] }],
    ["a limit where there was none", { longestSession: 60 }, { longestSession: 60 }],
    ["a shorter time", { idle: 300 }, { idle: 300 }],
    ["not a longer one", { idle: 9000 }, { idle: 7200 }],
    ["not none", { confirmEvery: 0 }, { confirmEvery: 1800 }],
    ["recording", { recording: "required" }, { recording: "required" }],
    ["no longer a pause than for all", { recordingPausable: true }, {}],
    ["less of a copy", { recordingCopy: "none" }, { recordingCopy: "none" }],
    ["not more of it", { recordingCopy: "recording" }, {}],
    ["all of the picture", { recordingSlow: "keep" }, { recordingSlow: "keep" }],
    ["kept for longer", { retentionDays: 365 }, { retentionDays: 365 }],
    ["kept for less long", { retentionDays: 30 }, { retentionDays: 30 }],
    ["words", { verifyWords: "required" }, { verifyWords: "required" }],
    ["a factor", { secondFactor: "required" }, { secondFactor: "required" }],
    ["networks", { networks: ["192.0.2.0/24"] }, { networks: ["192.0.2.0/24"] }],
  ])("is stricter: %s", (_, group, holds) => {
    expect(effective(organisation, group)).toEqual({ ...organisation, ...holds });
  });

  it("is never looser", () => {
    const strict: Rules = {
      scopes: ["view"],
      recording: "required",
      recordingPausable: false,
      recordingCopy: "none",
      recordingSlow: "keep",
      retentionDays: 180,
      longestSession: 60,
      confirmEvery: 60,
      networks: ["192.0.2.0/24"],
      idle: 60,
      verifyWords: "required",
      secondFactor: "required",
    };
    expect(
      effective({ ...organisation, recordingPausable: true }, { recordingPausable: false }),
    ).toEqual(organisation);
    expect(effective(strict, { ...organisation, networks: [] })).toEqual(strict);
  });

  it("cannot both record and not", () => {
    const off: Rules = { ...organisation, recording: "off" };
    expect(contradiction(off, { recording: "required" })).toMatch(/recording off/);
    expect(contradiction({ ...off, recording: "required" }, { recording: "off" })).not.toBe("");
    expect(contradiction(off, { recording: "off" })).toBe("");
    expect(contradiction(organisation, { recording: "off" })).toBe("");
  });
});

describe("the policy", () => {
  it("comes with all rules of the organisation and a group's own", async () => {
    const recording = { recordingPausable: false, recordingCopy: "none", retentionDays: 30 };
    const group = { scopes: ["view", "fly"], idle: 300, ...recording, recordingSlow: "fast" };
    answer({ version: 3, organisation: { recording: "off" }, groups: { night: group } });
    const policy = await policyInForce();
    expect(policy.version).toBe(3);
    expect(policy.organisation).toEqual({ ...organisation, recording: "off" });
    expect(policy.groups).toEqual({ night: { scopes: ["view"], idle: 300, ...recording } });
  });

  it("is replaced whole, with the version that it was made from", async () => {
    const policy = { version: 3, organisation, groups: { night: { idle: 300 } } };
    const made = answer({ ...policy, version: 4 });
    expect((await savePolicy(policy)).version).toBe(4);
    expect(JSON.parse(String(made.mock.calls[0]?.[1]?.body))).toEqual(policy);
  });
});
