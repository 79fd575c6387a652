import { type ComponentType, lazy, type LazyExoticComponent } from "react";

const waiting: (() => Promise<unknown>)[] = [];
let isPlanned = false;

/** A component that is fetched when it is first drawn, or before, once the page has nothing to do. */
// biome-ignore lint/suspicious/noExplicitAny: React's own type for a component of whatever props
export function lazyWhenIdle<Wanted extends ComponentType<any>>(fetch: () => Promise<{ default: Wanted }>): LazyExoticComponent<Wanted> {
  waiting.push(fetch);
  if (!isPlanned && typeof window !== "undefined") {
    isPlanned = true;
    const later = window.requestIdleCallback ?? ((run: () => void) => setTimeout(run, 1500));
    window.addEventListener("load", () => later(() => void fetchAll(), { timeout: 5000 }), { once: true });
    if (document.readyState === "complete") later(() => void fetchAll(), { timeout: 5000 });
  }
  return lazy(fetch);
}

/** One after the other, so that nothing is in the way of a person's own request. */
async function fetchAll(): Promise<void> {
  for (let next = waiting.shift(); next; next = waiting.shift()) await next().catch(() => {});
}
