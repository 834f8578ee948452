/** Signing in: the relay's HTTP interface for accounts. */

/** Who is signed in. */
export interface Account {
  id: string;
  name: string;
  roles: string[];
  organisation: string;
}

/** Something that the relay refused, with its words for people. */
export class Refused extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly hint: string,
  ) {
    super(message);
    this.name = "Refused";
  }
}

/** Whether an account may connect to desktops. */
export function isTechnician(a: Account): boolean {
  return a.roles.includes("technician");
}

/** Who is signed in; undefined when nobody is. Throws Refused. */
export async function whoAmI(): Promise<Account | undefined> {
  const r = await call("/api/me", { method: "GET" });
  return r.status === 401 ? undefined : account(await body(r));
}

/** Signs in. Throws Refused with `sign_in_failed`, `too_many_tries`, `relay_unreachable`, … */
export async function signIn(name: string, password: string): Promise<Account> {
  const r = await call("/api/sign-in", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ name, password }),
  });
  return account(await body(r));
}

/** Signs out; the cookie is worth nothing afterwards. Throws Refused. */
export async function signOut(): Promise<void> {
  const r = await call("/api/sign-out", { method: "POST" });
  if (!r.ok && r.status !== 401) await body(r);
}

const unreachable = () => new Refused("relay_unreachable", "", "");
const TIMEOUT_MS = 10_000;

async function call(path: string, init: RequestInit): Promise<Response> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  try {
    return await fetch(path, { ...init, signal, credentials: "same-origin", cache: "no-store" });
  } catch {
    throw unreachable();
  }
}

async function body(r: Response): Promise<Record<string, unknown>> {
  let v: unknown;
  try {
    v = await r.json();
  } catch {
    v = undefined;
  }
  const fields = typeof v === "object" && v !== null ? (v as Record<string, unknown>) : {};
  if (r.ok) return fields;
  throw new Refused(
    words(fields["code"]) || "internal",
    words(fields["message"]),
    words(fields["hint"]),
  );
}

function words(v: unknown): string {
  return typeof v === "string" ? v.slice(0, 300) : "";
}

function account(f: Record<string, unknown>): Account {
  const roles = Array.isArray(f["roles"]) ? f["roles"].map(words) : [];
  if (words(f["id"]) === "" || words(f["name"]) === "") throw new Refused("internal", "", "");
  return {
    id: words(f["id"]),
    name: words(f["name"]),
    roles,
    organisation: words(f["organisation"]),
  };
}
