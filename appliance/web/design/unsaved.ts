import { useSyncExternalStore } from "react";

/**
 * What was typed and could not be saved, by the field that it was typed in: a full disk ends the
 * worker and with it the page, and what a person wrote must not go with them. In memory alone.
 */
const kept = new Map<string, string>();
const listeners = new Set<() => void>();

function changed(): void {
  for (const listener of listeners) listener();
}

/** What was handed over last: what is heard of an earlier text says nothing of it. */
const latest = new Map<string, string>();

export function handOver(field: string, text: string): void {
  latest.set(field, text);
}

export function keepUnsaved(field: string, text: string): void {
  if ((latest.get(field) ?? text) !== text) return;
  kept.set(field, text);
  changed();
}

export function dropUnsaved(field: string, text: string): void {
  if ((latest.get(field) ?? text) !== text) return;
  latest.delete(field);
  if (kept.delete(field)) changed();
}

/** Who locks wants nothing left of what was inside. */
export function forgetUnsaved(): void {
  latest.clear();
  if (kept.size === 0) return;
  kept.clear();
  changed();
}

/** What waits to be saved in a field, by its name; `undefined` for one that keeps nothing. */
export function useUnsaved(field: string | undefined): string | undefined {
  return useSyncExternalStore(subscribe, () => (field === undefined ? undefined : kept.get(field)));
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}
