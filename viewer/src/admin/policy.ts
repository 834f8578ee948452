/**
 * Policy: what technicians may do, and what people need to sign in. The organisation has
 * all rules; a group has those that it adds, and they only ever tighten.
 */

import { get, post } from "../account/http.ts";
import type { Fields } from "../account/http.ts";
import { countOf, objectOf, textOf, textsOf } from "../account/read.ts";
import { ALL_SCOPES } from "../protocol/message.ts";
import type { Scope } from "../protocol/message.ts";

const recordings = ["off", "optional", "required"] as const;
const copies = ["none", "summary", "recording"] as const;
const slows = ["shrink", "keep"] as const;
const words = ["offered", "required"] as const;
const factors = ["optional", "required"] as const;

/** Rules. Times are in seconds; a longest session of 0 is no limit. */
export interface Rules {
  scopes: Scope[];
  recording: (typeof recordings)[number];
  /** The person may hold the recording back for a time. */
  recordingPausable: boolean;
  /** What the person can see of it afterwards. */
  recordingCopy: (typeof copies)[number];
  recordingSlow: (typeof slows)[number];
  /** How many days recordings are kept. A group's own number replaces the organisation's. */
  retentionDays: number;
  longestSession: number;
  confirmEvery: number;
  /** Prefixes, as 192.0.2.0/24; none: from everywhere. */
  networks: string[];
  idle: number;
  verifyWords: (typeof words)[number];
  secondFactor: (typeof factors)[number];
}

/** What a group adds. */
export type GroupRules = Partial<Rules>;

export interface Policy {
  /** Counts the changes. A change names the one that it was made from. */
  version: number;
  organisation: Rules;
  groups: Readonly<Record<string, GroupRules>>;
}

/** The limits of the relay, in seconds. */
export const limits = {
  least: 60,
  longestSession: 24 * 3600,
  confirmEvery: 8 * 3600,
  idle: 12 * 3600,
  /** In days. */
  retention: 3650,
} as const;

/** What may stand as the name of a group. */
export const GROUP_NAME = "[a-z0-9][a-z0-9._\\-]{0,31}";

const defaults: Rules = {
  scopes: [...ALL_SCOPES],
  recording: "optional",
  recordingPausable: false,
  recordingCopy: "summary",
  recordingSlow: "shrink",
  retentionDays: 180,
  longestSession: 0,
  confirmEvery: 30 * 60,
  networks: [],
  idle: 2 * 3600,
  verifyWords: "offered",
  secondFactor: "optional",
};

/** The policy in force. Throws Refused. */
export async function policyInForce(): Promise<Policy> {
  return policyOf(await get("/api/admin/policy"));
}

/** Puts a policy in force. Throws Refused with `conflict` when another one is by now. */
export async function savePolicy(p: Policy): Promise<Policy> {
  return policyOf(await post("/api/admin/policy", p));
}

/** What holds for a group in the end. Of networks, both lists have to name the address. */
export function effective(organisation: Rules, group: GroupRules): Rules {
  const { scopes, recording, networks } = group;
  return {
    scopes: organisation.scopes.filter((s) => !scopes || scopes.includes(s)),
    recording: recording && recording !== "optional" ? recording : organisation.recording,
    recordingPausable: organisation.recordingPausable && group.recordingPausable !== false,
    recordingCopy: lesser(organisation.recordingCopy, group.recordingCopy),
    recordingSlow: group.recordingSlow === "keep" ? "keep" : organisation.recordingSlow,
    retentionDays: group.retentionDays ?? organisation.retentionDays,
    longestSession: shorter(organisation.longestSession, group.longestSession),
    confirmEvery: shorter(organisation.confirmEvery, group.confirmEvery),
    networks: networks?.length ? networks : organisation.networks,
    idle: shorter(organisation.idle, group.idle),
    verifyWords: group.verifyWords === "required" ? "required" : organisation.verifyWords,
    secondFactor: group.secondFactor === "required" ? "required" : organisation.secondFactor,
  };
}

/** What is wrong between a group and the organisation; empty when nothing is. */
export function contradiction(organisation: Rules, group: GroupRules): string {
  const both = [organisation.recording, group.recording];
  if (!both.includes("off") || !both.includes("required")) return "";
  return group.recording === "off"
    ? "The organisation requires recording, so a group cannot turn it off."
    : "The organisation has recording off, so a group cannot require it.";
}

/** The copy of which the person sees less. */
function lesser(a: Rules["recordingCopy"], b: Rules["recordingCopy"] = "recording") {
  return copies.indexOf(a) <= copies.indexOf(b) ? a : b;
}

/** The shorter of two limits, where 0 and nothing are no limit. */
function shorter(a: number, b: number | undefined): number {
  if (!b) return a;
  return a === 0 ? b : Math.min(a, b);
}

function policyOf(f: Fields): Policy {
  const groups = Object.entries(objectOf(f["groups"]));
  return {
    version: countOf(f["version"]),
    organisation: { ...defaults, ...rulesOf(objectOf(f["organisation"])) },
    groups: Object.fromEntries(
      groups.map(([name, rules]) => [textOf(name, 32), rulesOf(objectOf(rules))]),
    ),
  };
}

/** The rules that are said; one that is not is left out. */
function rulesOf(f: Fields): GroupRules {
  const made: GroupRules = {};
  if (Array.isArray(f["scopes"])) {
    const named = textsOf(f["scopes"]);
    made.scopes = ALL_SCOPES.filter((s) => named.includes(s));
  }
  if (Array.isArray(f["networks"])) made.networks = textsOf(f["networks"]);
  for (const name of ["longestSession", "confirmEvery", "idle", "retentionDays"] as const) {
    if (typeof f[name] === "number") made[name] = countOf(f[name]);
  }
  const recording = recordings.find((r) => r === f["recording"]);
  if (recording) made.recording = recording;
  const pausable = f["recordingPausable"];
  if (typeof pausable === "boolean") made.recordingPausable = pausable;
  const recordingCopy = copies.find((c) => c === f["recordingCopy"]);
  if (recordingCopy) made.recordingCopy = recordingCopy;
  const recordingSlow = slows.find((s) => s === f["recordingSlow"]);
  if (recordingSlow) made.recordingSlow = recordingSlow;
  const verifyWords = words.find((w) => w === f["verifyWords"]);
  if (verifyWords) made.verifyWords = verifyWords;
  const secondFactor = factors.find((s) => s === f["secondFactor"]);
  if (secondFactor) made.secondFactor = secondFactor;
  return made;
}
