/** The recording of a session in words, as its technician reads them. */

import type { Unrecorded } from "../protocol/message.ts";
import type { Live, Requested } from "../session/state.ts";
import type { Tone } from "./status.ts";

const unrecordedWords: Readonly<Record<Unrecorded, string>> = {
  off: "Your organisation has recording off.",
  host: "This host cannot record.",
  storage_full: "The relay has no room for another recording. Tell your administrator.",
};

/** What the person is asked of a recording; empty for nothing. */
export function recordingAsked(s: Requested): string {
  if (s.unrecorded) return `none. ${unrecordedWords[s.unrecorded]}`;
  if (!s.isRecorded) return "";
  return s.wish.isRecorded ? "the person is asked" : "your organisation wants it";
}

export interface RecordingWords {
  tone: Tone;
  label: string;
  detail: string;
}

/** How the recording stands; undefined where nobody wanted one. */
export function recordingWords(s: Live): RecordingWords | undefined {
  switch (s.permissions?.recording) {
    case "on":
      return { tone: "good", label: "Recorded", detail: openedBy(s) };
    case "paused":
      return {
        tone: "busy",
        label: "Recording paused",
        detail:
          "The person holds it back. What you do now is in no recording; that it was paused is.",
      };
    case "stalled":
      return {
        tone: "bad",
        label: "Recording stalled",
        detail:
          "What was recorded does not reach the relay. If that lasts, the recording ends, or the session where one is required.",
      };
    case "off":
      return {
        tone: "bad",
        label: "Not recorded any more",
        detail: "The recording has ended. The session goes on without it.",
      };
    case undefined:
      return unbegun(s);
  }
}

function unbegun(s: Live): RecordingWords | undefined {
  if (s.recording) return { tone: "busy", label: "Recording begins", detail: openedBy(s) };
  if (!s.unrecorded) return undefined;
  return { tone: "bad", label: "Not recorded", detail: unrecordedWords[s.unrecorded] };
}

function openedBy({ recording }: Live): string {
  if (!recording || recording.readers.length === 0) return "This session is recorded.";
  const sealed = recording.isSealed ? " The relay cannot." : "";
  return `Who can open the recording: ${recording.readers.join(", ")}.${sealed}`;
}
