import { run } from "./program.ts";

const table = "lendhand_e2e";

/**
 * A network that lets no UDP through to one port, as many offices have it. Gives what lifts it again.
 * Only in the namespace that .ci/e2e makes: the machine's own rules are nobody's to change.
 */
export async function blockUDP(port: number): Promise<() => Promise<void>> {
  if (!process.env["LENDHAND_OWN_NETWORK"]) {
    throw new Error("a test needs a network of its own: run it with `make test-e2e`, as root");
  }
  const rules = [
    `add table inet ${table}`,
    `add chain inet ${table} output { type filter hook output priority 0; }`,
    `add rule inet ${table} output udp dport ${port} drop`,
  ];
  await run("nft", ["-f", "-"], { input: rules.join("\n") });
  return async () => {
    await run("nft", ["delete", "table", "inet", table]);
  };
}
