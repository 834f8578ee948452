import { describe, expect, it } from "vitest";
import type { RecordingState } from "../protocol/message.ts";
import type { Live, Requested } from "../session/state.ts";
import { recordingAsked, recordingWords } from "./recorded.ts";

const live: Live = {
  phase: "live",
  host: { name: "reception-pc", os: "" },
  stage: "active",
  isLinkUp: true,
  granted: ["view"],
  permissions: { type: "permissions", scopes: ["view"], grantable: ["view"] },
  hasPicture: true,
  asking: "no",
};
const recording = { readers: ["Auditors (key held by the relay)", "The board"], isSealed: false };

function as(state: RecordingState, change: Partial<Live> = {}) {
  const permissions = { ...live.permissions!, recording: state };
  return recordingWords({ ...live, recording, permissions, ...change });
}

describe("how the recording stands", () => {
  it("says nothing where nobody wanted one", () => expect(recordingWords(live)).toBeUndefined());

  it("says who can open it", () => {
    const detail = "Who can open the recording: Auditors (key held by the relay), The board.";
    expect(as("on")).toEqual({ tone: "good", label: "Recorded", detail });
    const sealed = { recording: { ...recording, isSealed: true } };
    expect(as("on", sealed)?.detail).toBe(`${detail} The relay cannot.`);
    expect(recordingWords({ ...live, recording })?.label).toBe("Recording begins");
  });

  it.each([
    ["paused", "Recording paused"],
    ["stalled", "Recording stalled"],
    ["off", "Not recorded any more"],
  ] as const)("says that it is %s", (state, label) => {
    expect(as(state)).toMatchObject({ label });
    expect(as(state)?.tone).not.toBe("good");
  });

  it.each([
    ["off", "off"],
    ["host", "cannot record"],
    ["storage_full", "no room"],
  ] as const)("says why there is none: %s", (unrecorded, why) => {
    const words = recordingWords({ ...live, unrecorded });
    expect(words).toMatchObject({ label: "Not recorded", tone: "bad" });
    expect(words?.detail).toContain(why);
  });
});

it("says what the person is asked", () => {
  const asked: Requested = {
    phase: "requested",
    wish: { ask: ["view"], ticket: "" },
    host: live.host,
    deadline: 0,
    isLinkUp: true,
  };
  expect(recordingAsked(asked)).toBe("");
  expect(recordingAsked({ ...asked, isRecorded: true })).toContain("organisation");
  const wish = { ...asked.wish, isRecorded: true };
  expect(recordingAsked({ ...asked, wish, isRecorded: true })).toBe("the person is asked");
  expect(recordingAsked({ ...asked, wish, unrecorded: "host" })).toContain("cannot record");
});
