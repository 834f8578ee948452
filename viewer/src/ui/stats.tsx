/** The figures of the session, and what makes it slow. */

import type { ComponentChildren } from "preact";
import type { AllFigures } from "../peer/merge.ts";
import { bitRate } from "../peer/units.ts";
import { AlertIcon } from "./icons.tsx";

interface StatsProps {
  figures: AllFigures;
  /** A sentence, when something is slow. */
  slow: string | undefined;
}

export function Stats({ figures, slow }: StatsProps) {
  return (
    <div class="stats" data-testid="stats">
      <dl class="figures">
        <WayFigures f={figures} />
        <PictureFigures f={figures} />
        <HostFigures f={figures} />
        <OwnFigures f={figures} />
      </dl>
      {/* Always a line high: the picture below does not move under the technician's hand. */}
      <p class={slow ? "slow" : "slow not"} role="status" data-testid="slow">
        {slow && <AlertIcon />}
        {slow ?? (figures.roundTrip === undefined ? "" : "Nothing is slow.")}
      </p>
    </div>
  );
}

function WayFigures({ f }: { f: AllFigures }) {
  const path = f.path === "relay" ? "relayed" : f.path;
  return (
    <>
      <Figure
        name="Path"
        about="Direct: between the host and this browser. Relayed: by way of the relay, which cannot read it. UDP is the fastest; TCP and TLS are for networks that block it."
      >
        {path}
        {path && f.transport && ", "}
        {path && f.transport && <span class="protocol">{f.transport}</span>}
      </Figure>
      <Figure name="Round trip" unit="ms" about="From this browser to the host and back.">
        {f.roundTrip?.toFixed(0)}
      </Figure>
      <Figure
        name="Bandwidth"
        about="What the network carries from the host to this browser, once enough was sent to tell."
      >
        {f.capacity === undefined ? undefined : bitRate(f.capacity)}
      </Figure>
      <Figure name="Queue" unit="ms" about="How long packets wait at the host for the network.">
        {f.queue?.toFixed(0)}
      </Figure>
      <Figure
        name="Loss"
        unit="%"
        about="Packets that got lost on the way. They are sent again while that helps."
      >
        {share(f.loss, 1)}
      </Figure>
    </>
  );
}

function PictureFigures({ f }: { f: AllFigures }) {
  return (
    <>
      <Figure name="Data" unit="kbit/s" about="What arrives of the picture.">
        {f.kbps?.toLocaleString("en")}
      </Figure>
      <Figure
        name="Pictures"
        unit="/s"
        about="How many are shown. A screen on which nothing changes needs none."
      >
        {f.fps?.toFixed(0)}
      </Figure>
      <Figure name="Size" about="Of the picture as it is sent, in pixels.">
        {f.width && f.height ? `${f.width} × ${f.height}` : undefined}
      </Figure>
      <Figure name="Codec" about="How the picture is compressed.">
        {f.codec}
      </Figure>
    </>
  );
}

function HostFigures({ f }: { f: AllFigures }) {
  const own = f.cpu !== undefined && f.cores ? f.cpu / f.cores : undefined;
  return (
    <>
      <Figure name="Encode" unit="ms" about={aboutEncoding(f)}>
        {time(f.encode)}
      </Figure>
      <Figure name="Host CPU" unit="%" about="How busy the host’s computer is, with everything.">
        {share(f.machine, 0)}
      </Figure>
      <Figure name="Lendhand CPU" unit="%" about={aboutOwnCPU(f)}>
        {share(own, 0)}
      </Figure>
    </>
  );
}

function OwnFigures({ f }: { f: AllFigures }) {
  return (
    <>
      <Figure name="Decode" unit="ms" about="How long this browser takes to decode a picture.">
        {time(f.decode)}
      </Figure>
      <Figure
        name="Buffer"
        unit="ms"
        about="How long a picture waits in this browser for its last packet and its turn."
      >
        {time(f.buffered)}
      </Figure>
    </>
  );
}

function aboutEncoding({ encodeMost, pictures }: AllFigures): string {
  const about = "How long the host takes to encode a picture, the median.";
  if (encodeMost === undefined || pictures === undefined) return about;
  return `${about} 19 of 20 took ${time(encodeMost)} ms at most; ${pictures} in the last second.`;
}

function aboutOwnCPU({ cpu, cores }: AllFigures): string {
  const about = "What Lendhand takes of the host’s computer.";
  return cpu === undefined ? about : `${about} ${cpu.toFixed(2)} of ${cores} cores.`;
}

function time(ms: number | undefined): string | undefined {
  return ms?.toFixed(ms < 10 ? 1 : 0);
}

function share(of: number | undefined, digits: number): string | undefined {
  return of === undefined ? undefined : (100 * of).toFixed(digits);
}

interface FigureProps {
  name: string;
  unit?: string;
  /** What the figure means. */
  about: string;
  children: ComponentChildren;
}

function Figure({ name, unit, about, children }: FigureProps) {
  const isKnown = [children].flat().some((child) => child !== undefined);
  return (
    <div title={about}>
      <dt>{name}</dt>
      <dd>
        {isKnown ? children : "–"}
        {isKnown && unit && <span class="unit"> {unit}</span>}
      </dd>
    </div>
  );
}
