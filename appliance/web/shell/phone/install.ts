import { remembered } from "../remembered";

/** Chromium's offer to install the page, kept until a person says so. */
type PromptEvent = Event & { prompt: () => Promise<unknown> };
/** How this browser installs: by a window of its own, or by hand through Safari's share menu. */
export type InstallWay = "prompt" | "safari";

const declined = "lifeos.install";
const listeners = new Set<() => void>();
let offered: PromptEvent | null = null;

function changed(): void {
  for (const listener of listeners) listener();
}

/** Listens for the offer, which comes once and early. */
export function listenForInstall(): void {
  window.addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    offered = event as PromptEvent;
    changed();
  });
  window.addEventListener("appinstalled", () => {
    offered = null;
    changed();
  });
}

function isInstalled(): boolean {
  return matchMedia("(display-mode: standalone)").matches || (navigator as { standalone?: boolean }).standalone === true;
}

/** Safari of a phone or tablet, where `standalone` is known and an iPad calls itself a Mac. */
function isMobileSafari(): boolean {
  return "standalone" in navigator && (/iPhone|iPad|iPod/.test(navigator.userAgent) || navigator.maxTouchPoints > 1);
}

export const install = {
  subscribe: (listener: () => void) => {
    listeners.add(listener);
    const pointer = matchMedia("(pointer: coarse)");
    pointer.addEventListener("change", listener);
    return () => {
      listeners.delete(listener);
      pointer.removeEventListener("change", listener);
    };
  },
  /** How it could be installed here; nothing where it is, cannot be, or a person said "not now". */
  offer: (): InstallWay | null => {
    if (remembered.get(declined) !== null || isInstalled()) return null;
    // At a desk the browser's own sign in its address bar is enough.
    if (offered && matchMedia("(pointer: coarse)").matches) return "prompt";
    return isMobileSafari() ? "safari" : null;
  },
  ask: async () => {
    const event = offered;
    offered = null;
    await event?.prompt();
    changed();
  },
  notNow: () => {
    remembered.set(declined, "not now");
    changed();
  },
};
