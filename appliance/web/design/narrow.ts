import { useSyncExternalStore } from "react";

/** Below this there is one pane: what opens lies over the list. As `md` in tokens.css. */
const one_pane = "(width < 48rem)";

const subscribe = (listener: () => void) => {
  const media = matchMedia(one_pane);
  media.addEventListener("change", listener);
  return () => media.removeEventListener("change", listener);
};
const isOnePane = () => matchMedia(one_pane).matches;

/** Whether the window has room for one pane only. */
export function useOnePane(): boolean {
  return useSyncExternalStore(subscribe, isOnePane);
}
