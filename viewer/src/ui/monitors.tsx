/** The host's monitors at their places, and which of them is shown. */

import { ALL_MONITORS } from "../protocol/message.ts";
import type { Monitor, Monitors } from "../protocol/message.ts";

interface MonitorsProps {
  monitors: Monitors;
  /** Asks for another one. */
  watch: (id: number) => void;
}

/** The room for the map in the bar, in CSS pixels. */
const ROOM = { width: 150, height: 36 };

/** A map of the monitors, when there is a choice. */
export function MonitorMap({ monitors, watch }: MonitorsProps) {
  const { monitors: list, shown } = monitors;
  if (list.length < 2) return null;
  const map = mapOf(list);
  return (
    <div class="monitors" role="group" aria-label="Monitors" data-testid="monitors">
      <div class="monitor-map" style={{ width: `${map.width}px`, height: `${map.height}px` }}>
        {map.places.map(({ monitor, style }, n) => (
          <button
            key={monitor.id}
            type="button"
            class="monitor"
            data-monitor={monitor.id}
            aria-label={`Monitor ${n + 1}, ${described(monitor)}`}
            aria-pressed={shown === monitor.id}
            title={described(monitor)}
            style={style}
            onClick={() => watch(monitor.id)}
          >
            {n + 1}
          </button>
        ))}
      </div>
      <button
        type="button"
        class="tool monitor-all"
        data-monitor={ALL_MONITORS}
        aria-label="All monitors at once"
        aria-pressed={shown === ALL_MONITORS}
        title="All monitors at once"
        onClick={() => watch(ALL_MONITORS)}
      >
        All
      </button>
    </div>
  );
}

function described(m: Monitor): string {
  return m.primary ? `${m.name}, primary` : m.name;
}

/** The map's size, and each monitor's place on it, in the order in which people read. */
export function mapOf(list: readonly Monitor[]) {
  const left = Math.min(...list.map((m) => m.x));
  const top = Math.min(...list.map((m) => m.y));
  const width = Math.max(...list.map((m) => m.x + m.width)) - left;
  const height = Math.max(...list.map((m) => m.y + m.height)) - top;
  const scale = Math.min(ROOM.width / width, ROOM.height / height);
  const px = (v: number) => `${Math.round(v * scale)}px`;
  const places = list
    .toSorted((a, b) => a.x - b.x || a.y - b.y)
    .map((monitor) => ({
      monitor,
      style: {
        left: px(monitor.x - left),
        top: px(monitor.y - top),
        width: px(monitor.width),
        height: px(monitor.height),
      },
    }));
  return { width: Math.round(width * scale), height: Math.round(height * scale), places };
}
