import { temporary } from "./folder.ts";
import { needsOwnNamespaces } from "./network.ts";
import { run } from "./program.ts";

/**
 * A folder that not even root can write to, and how to remove it. Only in the namespaces that
 * .ci/e2e makes: what is mounted there is seen nowhere else.
 */
export async function readOnlyFolder(): Promise<{ path: string; lift: () => Promise<void> }> {
  needsOwnNamespaces();
  const folder = temporary("read-only");
  await run("mount", ["-t", "tmpfs", "-o", "ro", "tmpfs", folder.path]);
  const lift = async () => {
    await run("umount", [folder.path]);
    folder.remove();
  };
  return { path: folder.path, lift };
}
