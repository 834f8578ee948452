/** Where recordings are kept, and who can open those that are made from now on. */

import { storage } from "../../recordings/storage.ts";
import { useLoad } from "../act.ts";
import { Loading } from "../parts.tsx";
import { Refusal } from "../refusal.tsx";
import { Readers } from "./readers.tsx";
import { Room } from "./room.tsx";
import "../../style/recordings.css";

export function Storage() {
  const { value: figures, refused, reload } = useLoad(storage);
  return (
    <div class="page" data-testid="storage-page">
      <header class="page-head">
        <h1>Storage</h1>
        <p class="soft">
          Where recordings are kept, and for whom they are sealed. Watching them is for auditors.
        </p>
      </header>
      <Refusal refused={refused} />
      {!figures && !refused && <Loading />}
      {figures && (
        <>
          <Room figures={figures} />
          <Readers figures={figures} changed={reload} />
        </>
      )}
    </div>
  );
}
