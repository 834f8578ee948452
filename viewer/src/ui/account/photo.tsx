/** One's own photo, by which people who are asked know who asks. */

import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Account } from "../../account/account.ts";
import { removePhoto, setPhoto } from "../../account/own.ts";
import { squareOf } from "../../account/picture.ts";
import { useAct } from "../act.ts";
import { Refusal } from "../refusal.tsx";

interface PhotoProps {
  account: Account;
  hasPhoto: boolean;
  changed: () => Promise<void>;
}

export function Photo({ account, hasPhoto, changed }: PhotoProps) {
  const [chosen, choose] = useState<Blob>();
  const [version, setVersion] = useState(0);
  const field = useRef<HTMLInputElement>(null);
  const act = useAct();
  const chosenAt = useAddress(chosen);
  const take = (input: HTMLInputElement) => {
    const file = input.files?.[0];
    input.value = ""; // the same file may be chosen again
    if (file) void act.run(async () => choose(await squareOf(file)));
  };
  const settle = async (done: () => Promise<void>) => {
    const isDone = await act.run(async () => {
      await done();
      await changed();
    });
    if (!isDone) return;
    choose(undefined);
    setVersion(version + 1);
  };
  const now = hasPhoto ? `/api/account/photo?v=${version}` : undefined;
  return (
    <section class="panel wide" aria-labelledby="photo-title" data-testid="photo">
      <div class="photo-row">
        <Portrait source={chosenAt ?? now} name={account.name} />
        <div class="stack">
          <div>
            <h2 id="photo-title">Photo</h2>
            <p class="soft" role="status">
              {chosen
                ? "This is how people will see you. Use it?"
                : "Whoever you ask to let you in sees it beside your name, and knows you by it."}
            </p>
          </div>
          <input
            ref={field}
            class="spoken"
            type="file"
            accept="image/png,image/jpeg,image/webp"
            tabIndex={-1}
            aria-label="A picture of you"
            data-testid="photo-file"
            onChange={(e) => take(e.currentTarget)}
          />
          <div class="actions">
            {chosen ? (
              <>
                <Deed
                  isMain
                  isBusy={act.isBusy}
                  testId="photo-save"
                  run={() => settle(() => setPhoto(chosen))}
                >
                  Use this photo
                </Deed>
                <Deed isBusy={act.isBusy} testId="photo-cancel" run={async () => choose(undefined)}>
                  Cancel
                </Deed>
              </>
            ) : (
              <>
                <Deed
                  isBusy={act.isBusy}
                  testId="photo-choose"
                  run={async () => field.current?.click()}
                >
                  {hasPhoto ? "Choose another" : "Choose a photo"}
                </Deed>
                {hasPhoto && (
                  <Deed isBusy={act.isBusy} testId="photo-remove" run={() => settle(removePhoto)}>
                    Remove
                  </Deed>
                )}
              </>
            )}
          </div>
          <Refusal refused={act.refused} />
        </div>
      </div>
    </section>
  );
}

interface DeedProps {
  testId: string;
  isBusy: boolean;
  isMain?: boolean;
  run: () => Promise<void>;
  children: ComponentChildren;
}

function Deed({ testId, isBusy, isMain, run, children }: DeedProps) {
  return (
    <button
      type="button"
      class={isMain ? "button primary" : "button"}
      data-testid={testId}
      aria-disabled={isBusy}
      onClick={() => void run()}
    >
      {children}
    </button>
  );
}

/** A face in a circle; without one, the first letter of the name. */
export function Portrait({ source, name }: { source: string | undefined; name: string }) {
  const first = [...name.trim()][0]?.toUpperCase() ?? "";
  return source ? (
    <img class="portrait" src={source} width="96" height="96" alt={`Photo of ${name}`} />
  ) : (
    <span class="portrait" aria-hidden="true">
      {first}
    </span>
  );
}

/** An address of a file that is only in this page. */
function useAddress(file: Blob | undefined): string | undefined {
  const [address, setAddress] = useState<string>();
  useEffect(() => {
    if (!file) return setAddress(undefined);
    const made = URL.createObjectURL(file);
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [file]);
  return address;
}
