import { sharedQuestion, type SharedText } from "./share-words";

/**
 * What another app gave to LifeOS. The service worker held it in memory while the page was on its
 * way; from here on it is in this page's memory alone, stored nowhere, until a task is made of it.
 */
let waiting: SharedText | null = null;
const listeners = new Set<() => void>();

function changed(): void {
  for (const listener of listeners) listener();
}

/** The browser asks before the page is closed: what was given goes with it. */
const beforeGone = (event: BeforeUnloadEvent) => event.preventDefault();

function hold(text: SharedText | null): void {
  waiting = text;
  if (text) window.addEventListener("beforeunload", beforeGone);
  else window.removeEventListener("beforeunload", beforeGone);
  changed();
}

/** Asks for what was given, where the page was opened by it. The address never carries any of it. */
export function fetchShared(): void {
  if (location.pathname !== "/shared") return;
  history.replaceState(null, "", "/today");
  const worker = navigator.serviceWorker?.controller;
  if (!worker) return;
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = ({ data }: MessageEvent<SharedText | null>) => {
    if (data) hold(data);
    port1.close();
  };
  worker.postMessage(sharedQuestion, [port2]);
}

export const shared = {
  subscribe: (listener: () => void) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  },
  waits: () => waiting !== null,
  /** Hands it over, once. */
  take: (): SharedText | null => {
    const text = waiting;
    hold(null);
    return text;
  },
};
