/** Pages that few people open, loaded when they are: signing in does not wait for them. */

import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Loading } from "./parts.tsx";

/** A component that loads itself when it is shown first. */
export function lazy<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  let loaded: ComponentType<P> | undefined;
  return function Lazy(props: P) {
    const [Page, set] = useState<ComponentType<P> | undefined>(() => loaded);
    const [isAway, setAway] = useState(false);
    useEffect(() => {
      if (loaded) return;
      const keep = (page: ComponentType<P>) => {
        loaded = page;
        set(() => page);
      };
      load().then(keep, () => setAway(true));
    }, []);
    if (Page) return <Page {...props} />;
    return isAway ? <Away /> : <Loading />;
  };
}

/** A relay of a newer version has other files. */
function Away() {
  return (
    <section class="panel" role="alert">
      <h1>This page could not be loaded</h1>
      <p class="soft">The relay may have been updated. Reload to get its own pages.</p>
      <button type="button" class="button primary" onClick={() => location.reload()}>
        Reload
      </button>
    </section>
  );
}
