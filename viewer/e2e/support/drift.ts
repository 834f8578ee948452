/** Whether figures that are taken again and again go anywhere. */

import { quantile, type Figures } from "./feel.ts";
import { table } from "./figures.ts";

/** The growth of a figure in an hour, from its values minute by minute, by least squares. */
export function growth(values: readonly number[]): number {
  const points = values.flatMap((value, minute) =>
    Number.isNaN(value) ? [] : [[minute / 60, value]],
  );
  const mean = (at: 0 | 1) => points.reduce((sum, point) => sum + point[at]!, 0) / points.length;
  const [x, y] = [mean(0), mean(1)];
  const along = points.reduce((sum, [hour, value]) => sum + (hour! - x) * (value! - y), 0);
  return along / points.reduce((sum, [hour]) => sum + (hour! - x) ** 2, 0);
}

/** How a figure went: the medians of its first and its last minutes, and its growth in an hour. */
export interface Drift {
  first: number;
  last: number;
  perHour: number;
}

/** Compares the first minutes, after those of the warm-up, with as many at the end. */
export function drift(minutes: readonly Figures[], name: string, warmUp: number): Drift {
  const values = minutes.slice(warmUp).map((figures) => figures[name] ?? NaN);
  const part = Math.min(10, Math.ceil(values.length / 2));
  const median = (some: number[]) =>
    quantile(
      some.filter((value) => !Number.isNaN(value)),
      0.5,
    );
  return {
    first: median(values.slice(0, part)),
    last: median(values.slice(-part)),
    perHour: growth(values),
  };
}

/** How each figure went, but for the first, which is the minute, and below those of each minute. */
export function driftReport(minutes: readonly Figures[], warmUp: number): string {
  const names = Object.keys(minutes[0] ?? {});
  const decimals = (value: number) => (Number.isInteger(value) ? 0 : Math.abs(value) < 1 ? 3 : 1);
  const show = (value: number) => value.toFixed(decimals(value));
  const cell = (value = NaN) => (Number.isNaN(value) ? "–" : show(value));
  const every = minutes.map((figures) => names.map((name) => cell(figures[name])));
  const drifts = names.slice(1).map((name) => {
    const { first, last, perHour } = drift(minutes, name, warmUp);
    return [name, cell(first), cell(last), cell(last - first), cell(perHour)];
  });
  const part = Math.min(10, Math.ceil((minutes.length - warmUp) / 2));
  const head = [
    `median of ${part} minutes`,
    `after ${warmUp}`,
    "at the end",
    "difference",
    "growth in an hour",
  ];
  return [table(head, drifts), table(names, every)].join("\n\n");
}
