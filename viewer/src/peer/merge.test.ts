import { describe, expect, it } from "vitest";
import type { HostFigures } from "../protocol/message.ts";
import { merge } from "./merge.ts";

const host: HostFigures = {
  type: "figures",
  encode: 12,
  encodeMost: 30,
  pictures: 24,
  cpu: 0.5,
  machine: 0.4,
  cores: 2,
  rate: 4_200_000,
  queue: 8,
  loss: 0.01,
  limited: "network",
};

describe("merge", () => {
  it("puts both sides together, and believes the host about loss", () => {
    expect(merge({ fps: 24, loss: 0, decode: 3 }, host, {})).toEqual({
      fps: 24,
      decode: 3,
      encode: 12,
      encodeMost: 30,
      pictures: 24,
      cpu: 0.5,
      machine: 0.4,
      cores: 2,
      capacity: 4200,
      queue: 8,
      loss: 0.01,
      limited: "network",
    });
  });

  it("leaves out what the host does not know", () => {
    const few: HostFigures = { type: "figures", pictures: 0, cores: 2 };
    expect(merge({ loss: 0.02 }, few, {})).toEqual({ loss: 0.02, pictures: 0, cores: 2 });
  });

  it("keeps what was measured on the last picture, and nothing else", () => {
    const before = merge({ fps: 24, loss: 0.5, decode: 3, buffered: 5 }, host, {});
    const resting: HostFigures = { type: "figures", pictures: 0, cores: 2 };
    const rest = { fps: 0, pictures: 0, cores: 2, decode: 3, buffered: 5 };
    expect(merge({ fps: 0 }, resting, before)).toEqual({ ...rest, encode: 12, encodeMost: 30 });
  });

  it("forgets the host's figures when it tells none", () => {
    const before = merge({ decode: 3 }, host, {});
    expect(merge({ fps: 0 }, undefined, before)).toEqual({ fps: 0, decode: 3 });
  });
});
