/** Notes that auditors have pinned to times of a recording. */

import { useState } from "preact/hooks";
import { addNote, removeNote } from "../../recording/relay.ts";
import type { Note } from "../../recording/relay.ts";
import { useAct } from "../act.ts";
import { CloseIcon } from "../icons.tsx";
import { Empty, Time } from "../parts.tsx";
import { Refusal } from "../refusal.tsx";
import type { Film } from "./picture.tsx";
import { clock } from "./measures.ts";

const MAX_NOTE = 2000;

interface NotesProps {
  id: string;
  player: Film;
  notes: readonly Note[];
  changed: () => Promise<void>;
}

export function Notes({ id, player, notes, changed }: NotesProps) {
  const [text, setText] = useState("");
  const act = useAct();
  const add = async (e: Event) => {
    e.preventDefault();
    if (text.trim() === "") return;
    const at = player.position.value;
    if (!(await act.run(() => addNote(id, at, text.trim())))) return;
    setText("");
    await changed();
  };
  const remove = async (note: string) => {
    if (await act.run(() => removeNote(id, note))) await changed();
  };
  return (
    <div class="film-events">
      <form class="stack" onSubmit={(e) => void add(e)}>
        <textarea
          class="input film-note-text"
          data-testid="note-text"
          aria-label="A note for this time"
          placeholder="What is to be known of this moment?"
          maxLength={MAX_NOTE}
          rows={2}
          value={text}
          onInput={(e) => setText(e.currentTarget.value)}
        />
        <button class="button" data-testid="note-add" aria-disabled={act.isBusy}>
          Note at {clock(player.position.value)}
        </button>
      </form>
      <Refusal refused={act.refused} />
      {notes.length === 0 && <Empty>No notes yet.</Empty>}
      <ul class="film-notes" data-testid="player-notes">
        {notes
          .toSorted((a, b) => a.at - b.at)
          .map((note) => (
            <li key={note.id}>
              <button type="button" class="film-event" onClick={() => player.seek(note.at)}>
                <span class="film-event-time">{clock(note.at)}</span>
                <bdi>{note.text}</bdi>
              </button>
              <p class="hint soft">
                <span>
                  <bdi>{note.by || "Somebody"}</bdi>,{" "}
                  <Time at={note.time} none="at an unknown time" />
                </span>
                {note.isOwn && (
                  <button
                    type="button"
                    class="button quiet small"
                    aria-label="Take this note away"
                    onClick={() => void remove(note.id)}
                  >
                    <CloseIcon />
                  </button>
                )}
              </p>
            </li>
          ))}
      </ul>
    </div>
  );
}
