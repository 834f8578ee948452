/** What a WebSocket close code of the relay means for a session. */

const errorOfClose: Readonly<Record<number, string>> = {
  4000: "bad_message",
  4001: "unknown_message",
  1009: "message_too_large",
  4002: "unsupported_version",
  4003: "not_introduced",
  4004: "unauthenticated",
  4005: "forbidden",
  4006: "too_many_connections",
  4007: "session_unknown",
  4008: "superseded",
  4009: "too_slow",
  4010: "too_fast",
  1012: "relay_stopping",
  1011: "internal",
};

/** After these a participant comes back with `resume`; the others end the session here. */
const passing = new Set([
  "not_introduced",
  "too_many_connections",
  "too_slow",
  "relay_stopping",
  "internal",
]);

/** The error code that a close code stands for; undefined when the line just broke. */
export function errorOf(closeCode: number): string | undefined {
  return errorOfClose[closeCode];
}

/** Whether there is no use in dialling again after this error. */
export function isFinal(code: string): boolean {
  return !passing.has(code);
}
