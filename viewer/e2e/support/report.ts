import { quantile, type Figures } from "./feel.ts";
import { table } from "./figures.ts";

/** All that a run found. */
export interface Found {
  machine: string;
  seed: number;
  repetitions: number;
  /** What the instrument itself contributes to a key's time. */
  own: Record<string, Figures>;
  /** By the peer's title, a repetition each. */
  peers: ReadonlyMap<string, readonly Figures[]>;
}

interface Column {
  title: string;
  aim: string;
  /** What a cell shows: the figure, its decimals, and what it is multiplied with. */
  cells: readonly (readonly [figure: string, decimals: number, factor?: number])[];
}

// The columns that the aims are written in.
const columns: readonly Column[] = [
  { title: "key → picture, ms", aim: "≤ 24", cells: [["key.ms", 0]] },
  {
    title: "typing: ms, CPU",
    aim: "≤ 21, –",
    cells: [
      ["typing.ms", 0],
      ["typing.cpu", 3],
    ],
  },
  {
    title: "scroll 30 fps: fps, ms, Mbit/s, CPU",
    aim: "30, ≤ 33, ≤ 3, < 0.98",
    cells: [
      ["scroll.fps", 0],
      ["scroll.ms", 0],
      ["scroll.mbit", 1],
      ["scroll.cpu", 2],
    ],
  },
  {
    title: "full screen 30 fps: fps, ms, CPU",
    aim: "30, ≤ 45, < 1.06",
    cells: [
      ["full.fps", 0],
      ["full.ms", 0],
      ["full.cpu", 2],
    ],
  },
  {
    title: "idle: CPU, kbit/s",
    aim: "≤ 0.003, 0",
    cells: [
      ["idle.cpu", 3],
      ["idle.mbit", 1, 1000],
    ],
  },
  {
    title: "text after 3 s, dB: RGB, luma",
    aim: "≥ 58",
    cells: [
      ["text.rgb", 1],
      ["text.luma", 1],
    ],
  },
  { title: "first picture, s", aim: "≤ 0.40", cells: [["first.ms", 2, 0.001]] },
];

const note = `Medians. CPU is cores used on the host: by \`lendhand\` beside an Xvfb, whose own share
is in the second table; by Xtigervnc, which is X server and VNC server in one, and websockify.
Mbit/s is what the loopback interface carries, both directions together.`;

const legend = `All figures. ms, p5, p95: of the delays; hands: ms from the key to the program that gets it;
lost: keys without a picture; drawn: frames/s that the program handed over; gap: p95 of the ms between
frames seen; torn: percent of looks at parts of two frames; cpu, server, others: cores used by the host's
programs, by Xvfb, and by all that does not belong to this run, which disturbs it; cost: ms that a look takes.`;

/** The report as Markdown. */
export function report({ machine, seed, repetitions, own, peers }: Found): string {
  const titles = [...peers.keys()];
  const medians = [...peers.values()].map(medianOf);
  const rows = titles.map((title, at) => [title, ...columns.map((it) => cell(it, medians[at]!))]);
  if (medians.length === 2) rows.push(["ratio", ...columns.map((it) => ratio(it, medians))]);
  rows.push(["aim", ...columns.map(({ aim }) => aim)]);
  const itself = Object.entries(own).map(
    ([kind, { ms, p95 }]) => `${kind} ${ms?.toFixed(0)} (p95 ${p95?.toFixed(0)})`,
  );
  return [
    `How it feels, on ${machine}, which desktop, programs and browser share; ${repetitions} repetitions, seed ${seed}.`,
    table(["peer", ...columns.map(({ title }) => title)], rows),
    note,
    `A key's time in a page that answers by itself, in ms: ${itself.join(", ")}.`,
    legend,
    details(titles, [...peers.values()]),
  ].join("\n\n");
}

function cell({ cells }: Column, figures: Figures): string {
  return cells
    .map(([name, decimals, factor = 1]) => number((figures[name] ?? NaN) * factor, decimals))
    .join(", ");
}

/** How many times the second peer's figure the first one's is; decibels are subtracted. */
function ratio({ cells }: Column, [ours, theirs]: readonly Figures[]): string {
  return cells
    .map(([name]) => {
      const [a, b] = [ours![name] ?? NaN, theirs![name] ?? NaN];
      if (name.startsWith("text.")) return `${a < b ? "−" : "+"}${number(Math.abs(a - b), 1)}`;
      return b === 0 ? "–" : `${number(a / b, 2)}×`;
    })
    .join(", ");
}

function number(value: number, decimals: number): string {
  return Number.isNaN(value) ? "–" : value.toFixed(decimals);
}

/** Every figure: its median and, in brackets, the least and the greatest of the repetitions. */
function details(titles: readonly string[], peers: readonly (readonly Figures[])[]): string {
  const names = new Set(peers.flat().flatMap((figures) => Object.keys(figures)));
  const rows = [...names].map((name) => [name, ...peers.map((all) => spreadOf(all, name))]);
  return table(["median (least–greatest)", ...titles], rows);
}

function spreadOf(all: readonly Figures[], name: string): string {
  const values = all.map((figures) => figures[name] ?? NaN).filter((value) => !Number.isNaN(value));
  if (values.length === 0) return "–";
  const decimals = /(cpu|server|others|mbit)$/.test(name) ? 3 : 1;
  const show = (part: number) => quantile(values, part).toFixed(decimals);
  return `${show(0.5)} (${show(0)}–${show(1)})`;
}

function medianOf(all: readonly Figures[]): Figures {
  const names = [...new Set(all.flatMap((figures) => Object.keys(figures)))];
  const values = (name: string) =>
    all.map((figures) => figures[name] ?? NaN).filter((value) => !Number.isNaN(value));
  return Object.fromEntries(names.map((name) => [name, quantile(values(name), 0.5)]));
}
