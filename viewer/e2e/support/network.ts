import { run } from "./program.ts";

const table = "lendhand_e2e";

/** Fails outside the namespaces that .ci/e2e makes: the machine's own are nobody's to change. */
export function needsOwnNamespaces(): void {
  if (process.env["LENDHAND_OWN_NETWORK"]) return;
  throw new Error("a test needs a network of its own: run it with `make test-e2e`, as root");
}

/** A network that lets no UDP through to one port, as many offices have it. Gives what lifts it. */
export function blockUDP(port: number): Promise<() => Promise<void>> {
  return block(`udp dport ${port}`);
}

/**
 * A network that lets no UDP through at all from now on. Gives what lifts it. The relay's own
 * packets from one forwarded port to another still pass: on a real network they do not leave it.
 */
export function blockAllUDP(forwarded: string): Promise<() => Promise<void>> {
  return block("meta l4proto udp", `udp sport ${forwarded} udp dport ${forwarded}`);
}

async function block(what: string, except?: string): Promise<() => Promise<void>> {
  needsOwnNamespaces();
  const rule = (text: string) => `add rule inet ${table} output ${text}`;
  const rules = [
    `add table inet ${table}`,
    `add chain inet ${table} output { type filter hook output priority 0; }`,
    ...(except ? [rule(`${except} accept`)] : []),
    rule(`${what} drop`),
  ];
  await run("nft", ["-f", "-"], { input: rules.join("\n") });
  return async () => {
    await run("nft", ["delete", "table", "inet", table]);
  };
}
