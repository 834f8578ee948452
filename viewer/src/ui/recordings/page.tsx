/** The auditor's desk: recordings are looked for, and some are drawn to be reviewed. */

import { useState } from "preact/hooks";
import { Search } from "./search.tsx";
import { Sample } from "./sample.tsx";
import "../../style/recordings.css";

const views = [
  { name: "search", label: "All recordings" },
  { name: "sample", label: "Review these" },
] as const;
type View = (typeof views)[number]["name"];

export function Recordings() {
  const [view, setView] = useState<View>("search");
  return (
    <div class="page broad" data-testid="recordings">
      <header class="page-head">
        <h1>Recordings</h1>
        <p class="soft">
          Sessions that were recorded. Opening one asks for a reason, which is kept. Nobody can
          delete one here.
        </p>
      </header>
      <div class="views" role="group" aria-label="What is listed">
        {views.map(({ name, label }) => (
          <button
            key={name}
            type="button"
            class="view"
            aria-pressed={name === view}
            data-testid={`view-${name}`}
            onClick={() => setView(name)}
          >
            {label}
          </button>
        ))}
      </div>
      {view === "search" ? <Search /> : <Sample />}
    </div>
  );
}
