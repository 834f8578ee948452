/** A QR code, drawn here: what it says goes nowhere else. */

import encodeQR from "qr";

export function QR({ text, label }: { text: string; label: string }) {
  const rows = encodeQR(text, "raw", { ecc: "medium", border: 4 });
  return (
    <svg
      class="qr"
      role="img"
      aria-label={label}
      viewBox={`0 0 ${rows.length} ${rows.length}`}
      shape-rendering="crispEdges"
    >
      <path class="qr-ground" d={`M0 0h${rows.length}v${rows.length}H0z`} />
      <path class="qr-dots" d={pathOf(rows)} />
    </svg>
  );
}

/** One path for all dark squares: runs of them, row by row. */
export function pathOf(rows: readonly (readonly boolean[])[]): string {
  return rows
    .map((row, y) =>
      runsOf(row)
        .map(([x, n]) => `M${x} ${y}h${n}v1h-${n}z`)
        .join(""),
    )
    .join("");
}

function runsOf(row: readonly boolean[]): [at: number, length: number][] {
  const runs: [number, number][] = [];
  row.forEach((isDark, x) => {
    const last = runs.at(-1);
    if (!isDark) return;
    if (last && last[0] + last[1] === x) last[1]++;
    else runs.push([x, 1]);
  });
  return runs;
}
