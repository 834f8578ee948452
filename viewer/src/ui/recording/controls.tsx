/** The buttons of a player. */

import type { ComponentChildren } from "preact";
import { speeds } from "../../recording/player.ts";
import { ALL_MONITORS } from "../../recording/event.ts";
import type { Monitor } from "../../recording/event.ts";
import { lastOf } from "../../recording/story.ts";
import type { Text } from "../../languages/text.ts";
import { FullScreenIcon } from "../icons.tsx";
import { NextIcon, PlayIcon, PreviousIcon, StillIcon } from "./icons.tsx";
import type { Film } from "./picture.tsx";
import { clock, codecName, monitorName } from "./measures.ts";

interface ControlsProps {
  t: Text;
  player: Film;
  help: () => void;
  full: () => void;
}

export function Controls({ t, player, help, full }: ControlsProps) {
  const isPlaying = player.isPlaying.value;
  return (
    <div class="film-controls" role="group" aria-label={t("film.player")}>
      <Tool label={t("film.before")} keys="," act={() => void player.step(-1)}>
        <PreviousIcon />
      </Tool>
      <Tool
        label={t(isPlaying ? "film.pause" : "film.play")}
        keys="Space"
        testId="player-play"
        act={() => player.toggle()}
      >
        {isPlaying ? <StillIcon /> : <PlayIcon />}
      </Tool>
      <Tool label={t("film.next")} keys="." act={() => void player.step(1)}>
        <NextIcon />
      </Tool>
      <span class="film-time" data-testid="player-time">
        {clock(player.position.value)}{" "}
        <span class="soft">/ {clock(player.known.length.value)}</span>
      </span>
      {player.following.isLive.value && <Live t={t} player={player} />}
      <label class="film-speed">
        <span class="spoken">{t("film.speed")}</span>
        <select
          class="input"
          data-testid="player-speed"
          value={String(player.speed.value)}
          onChange={(e) => (player.speed.value = Number(e.currentTarget.value))}
        >
          {speeds.map((speed) => (
            <option key={speed} value={String(speed)}>
              {speed}×
            </option>
          ))}
        </select>
      </label>
      <label class="check film-skip">
        <input
          type="checkbox"
          data-testid="player-skip"
          checked={player.skipping.isOn.value}
          onChange={(e) => (player.skipping.isOn.value = e.currentTarget.checked)}
        />
        <span>{t("film.skip")}</span>
      </label>
      <span class="film-space" />
      <Shown t={t} player={player} />
      <Tool label={t("film.full")} keys="F" act={full}>
        <FullScreenIcon />
      </Tool>
      <Tool label={t("film.keys")} keys="?" act={help}>
        <span class="film-question">?</span>
      </Tool>
    </div>
  );
}

/** Follows the session as it goes on. */
function Live({ t, player }: { t: Text; player: Film }) {
  const isOn = player.following.isOn.value;
  return (
    <button
      type="button"
      class="button small film-live"
      data-testid="player-live"
      aria-pressed={isOn}
      onClick={() => player.follow()}
    >
      <span class="film-dot" /> {t("film.live")}
    </button>
  );
}

/** Which monitor is shown, where it stands among all of them, and in which quality. */
function Shown({ t, player }: { t: Text; player: Film }) {
  const time = player.position.value;
  const events = player.known.events.value;
  const screen = lastOf(events, "screen", time);
  const quality = lastOf(events, "quality", time);
  if (!screen) return null;
  return (
    <span class="film-shown" data-testid="player-monitor">
      {screen.monitors.length > 1 && <Map monitors={screen.monitors} shown={screen.monitor} />}
      <span class="soft">
        {monitorName(t, screen.monitor, screen.monitors)}, {screen.width} × {screen.height}
        {quality?.codec && `, ${codecName(quality.codec)}`}
      </span>
    </span>
  );
}

/** All monitors at their places. */
function Map({ monitors, shown }: { monitors: readonly Monitor[]; shown: number }) {
  const left = Math.min(...monitors.map(({ x }) => x));
  const top = Math.min(...monitors.map(({ y }) => y));
  const width = Math.max(1, ...monitors.map((m) => m.x + m.width - left));
  const height = Math.max(1, ...monitors.map((m) => m.y + m.height - top));
  return (
    <svg class="film-map" viewBox={`${left} ${top} ${width} ${height}`} aria-hidden="true">
      {monitors.map((m) => (
        <rect
          key={m.id}
          class={shown === m.id || shown === ALL_MONITORS ? "on" : ""}
          x={m.x}
          y={m.y}
          width={m.width}
          height={m.height}
        />
      ))}
    </svg>
  );
}

interface ToolProps {
  label: string;
  keys: string;
  testId?: string;
  act: () => void;
  children: ComponentChildren;
}

function Tool({ label, keys, testId, act, children }: ToolProps) {
  return (
    <button
      type="button"
      class="film-tool"
      data-testid={testId}
      aria-label={label}
      title={`${label} (${keys})`}
      onClick={act}
    >
      {children}
    </button>
  );
}
