/** What did not work: what happened, and what to do. */

import type { Cause } from "../session/state.ts";
import { wordsOf } from "../words.ts";
import { AlertIcon } from "./icons.tsx";

export function Problem(props: { cause: Cause; id?: string }) {
  const { what, todo } = wordsOf(props.cause);
  return (
    <div class="problem" role="alert" id={props.id}>
      <AlertIcon />
      <p>
        <strong>{what}</strong> {todo}
      </p>
    </div>
  );
}
