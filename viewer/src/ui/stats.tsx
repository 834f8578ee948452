/** The figures of the connection, in one line. */

import type { Figures } from "../peer/stats.ts";

export function Stats({ figures: f }: { figures: Figures }) {
  const path = f.path === "relay" ? "relayed" : f.path;
  return (
    <dl class="stats" data-testid="stats">
      <Figure name="Round trip" value={f.roundTrip?.toFixed(0)} unit="ms" />
      <Figure name="Pictures" value={f.fps?.toFixed(0)} unit="/s" />
      <Figure name="Data" value={f.kbps?.toLocaleString("en")} unit="kbit/s" />
      <Figure name="Codec" value={f.codec} />
      <Figure name="Size" value={f.width && f.height ? `${f.width} × ${f.height}` : undefined} />
      <Figure name="Path" value={path && f.transport ? `${path}, ${f.transport}` : path} />
    </dl>
  );
}

function Figure({ name, value, unit }: { name: string; value: string | undefined; unit?: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {value ?? "–"}
        {value !== undefined && unit && <span class="unit"> {unit}</span>}
      </dd>
    </div>
  );
}
