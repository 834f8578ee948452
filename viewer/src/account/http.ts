/** Asking the relay over HTTP: JSON both ways, refusals with the relay's words for people. */

/** Something that the relay refused, or a relay that could not be asked. */
export class Refused extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly hint: string,
    /** Seconds to wait before another try; 0 when there is no need. */
    readonly wait = 0,
  ) {
    super(message);
    this.name = "Refused";
  }
}

/** The fields of an answer. */
export type Fields = Readonly<Record<string, unknown>>;

const TIMEOUT_MS = 10_000;
/** The longest wait that is counted down; a longer one is said in words alone. */
const MAX_WAIT = 60 * 60;

/** Reads. Throws Refused. */
export async function get(path: string): Promise<Fields> {
  return body(await call(path, { method: "GET" }));
}

/** Sends a file as it is. Throws Refused. */
export async function send(path: string, file: Blob): Promise<void> {
  await body(
    await call(path, { method: "POST", headers: { "Content-Type": file.type }, body: file }),
  );
}

/** Does something. Throws Refused. */
export async function post(path: string, content: object = {}): Promise<Fields> {
  const headers = { "Content-Type": "application/json" };
  return body(await call(path, { method: "POST", headers, body: JSON.stringify(content) }));
}

async function call(path: string, init: RequestInit): Promise<Response> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  try {
    return await fetch(path, { ...init, signal, credentials: "same-origin", cache: "no-store" });
  } catch {
    throw new Refused("relay_unreachable", "", "");
  }
}

async function body(r: Response): Promise<Fields> {
  if (r.status === 204) return {};
  let v: unknown;
  try {
    v = await r.json();
  } catch {
    v = undefined;
  }
  const isObject = typeof v === "object" && v !== null && !Array.isArray(v);
  const fields = isObject ? (v as Fields) : {};
  if (r.ok && isObject) return fields;
  const said = (name: string) => short(fields[name]);
  const code = said("code") || (r.status === 401 ? "unauthenticated" : "internal");
  throw new Refused(code, said("message"), said("hint"), waitOf(r));
}

function waitOf(r: Response): number {
  const seconds = Number(r.headers.get("Retry-After") ?? 0);
  return seconds > 0 && seconds <= MAX_WAIT ? Math.ceil(seconds) : 0;
}

function short(v: unknown): string {
  return typeof v === "string" ? v.slice(0, 300) : "";
}
