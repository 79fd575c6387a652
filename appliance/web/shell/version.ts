import { scriptUrl } from "../core/trusted";

type Listener = () => void;
let waiting: ServiceWorker | null = null;
const listeners = new Set<Listener>();
const check_ms = 60 * 60 * 1000;

/** Registers the service worker that keeps this version of the page at hand, offline too. */
export function keepVersion(): void {
  if (!("serviceWorker" in navigator) || import.meta.env.DEV) return;
  void navigator.serviceWorker.register(scriptUrl("/sw.js"), { scope: "/" }).then((registration) => {
    const look = (worker: ServiceWorker | null) => {
      if (!worker || !navigator.serviceWorker.controller) return;
      const ready = () => {
        if (worker.state !== "installed") return;
        waiting = worker;
        for (const listener of listeners) listener();
      };
      worker.addEventListener("statechange", ready);
      ready();
    };
    look(registration.waiting);
    registration.addEventListener("updatefound", () => look(registration.installing));
    setInterval(() => void registration.update().catch(() => {}), check_ms);
  }, () => {});
}

export const newVersion = {
  subscribe: (listener: Listener) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  },
  isWaiting: () => waiting !== null,
  /** Takes the new version over and loads the page again. */
  take: () => {
    navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
    waiting?.postMessage({ type: "SKIP_WAITING" });
  },
};
