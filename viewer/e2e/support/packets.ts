/** What the packets on loopback are, counted by the firewall of the tests' own network. */

import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { run } from "./program.ts";

const table = "lendhand_packets";

// What the first bytes after the head of UDP say (RFC 9443, section 2, and RFC 5761, section 4).
const first = "@th,64,8";
const second = "@th,72,8";
const kinds: Readonly<Record<string, string>> = {
  "STUN request": "@th,64,16 0x0001",
  "STUN answer": "@th,64,16 0x0101",
  DTLS: `${first} 20-63`,
  RTCP: `${first} 128-191 ${second} 192-223`,
  RTP: `${first} 128-191 ${second} != 192-223`,
};

/** Packets, and their bytes with the heads of IP. */
export interface Count {
  packets: number;
  bytes: number;
}

/** Counts from now on. Gives the function that tells what came, by sender and kind. */
export async function countPackets(
  senders: Readonly<Record<string, readonly number[]>>,
): Promise<() => Promise<Map<string, Count>>> {
  const rules = Object.entries(senders).flatMap(([name, pids]) => {
    const ports = [...new Set(pids.flatMap(portsOf))].join(", ");
    return Object.entries(kinds).map(([kind, match]) => ({
      title: `${name}: ${kind}`,
      match: `udp sport { ${ports} } ${match}`,
    }));
  });
  rules.push({ title: "other UDP", match: "meta l4proto udp" });
  rules.push({ title: "TCP, to and from the relay", match: "meta l4proto tcp" });
  await run("nft", ["-f", "-"], { input: ruleset(rules.map(({ match }) => match)) });
  return async () => {
    const listed = await run("nft", ["-j", "list", "counters", "table", "inet", table]);
    await run("nft", ["delete", "table", "inet", table]);
    return counts(
      listed,
      rules.map(({ title }) => title),
    );
  };
}

/** A packet is counted once, by the first rule that it is a case of. */
function ruleset(matches: readonly string[]): string {
  return [
    `add table inet ${table}`,
    `add chain inet ${table} input { type filter hook input priority 0; }`,
    ...matches.flatMap((match, at) => [
      `add counter inet ${table} c${at}`,
      `add rule inet ${table} input ${match} counter name c${at} accept`,
    ]),
  ].join("\n");
}

interface Listed {
  nftables: { counter?: { name: string } & Count }[];
}

function counts(listed: string, titles: readonly string[]): Map<string, Count> {
  const all = (JSON.parse(listed) as Listed).nftables.flatMap(({ counter }) => counter ?? []);
  const of = (at: number) => all.find(({ name }) => name === `c${at}`)!;
  return new Map(
    titles.map((title, at) => [title, { packets: of(at).packets, bytes: of(at).bytes }]),
  );
}

/** The UDP ports that a process has. */
function portsOf(pid: number): number[] {
  const sockets = new Set(
    readdirSync(`/proc/${pid}/fd`).map((fd) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1];
      } catch {
        return undefined; // closed meanwhile
      }
    }),
  );
  const lines = ["udp", "udp6"].flatMap((kind) =>
    readFileSync(`/proc/${pid}/net/${kind}`, "utf8").trim().split("\n").slice(1),
  );
  // The second field is the local address and the port in hexadecimal digits, the tenth the socket.
  const fields = lines.map((line) => line.trim().split(/\s+/));
  const own = fields.filter((field) => sockets.has(field[9]));
  return own.map((field) => Number.parseInt(field[1]!.split(":")[1]!, 16));
}
