import type { TaskRow } from "@lifeos/core";
import { useEffect, useRef, useSyncExternalStore } from "react";

/** A list on the page that is put in order by hand, for who stands beside it: the detail. */
export type ListOrder = { rows: readonly TaskRow[]; move: (id: string, step: 1 | -1) => void };

let shown: ListOrder | null = null;
const listeners = new Set<() => void>();

function show(order: ListOrder | null): void {
  shown = order;
  for (const listener of listeners) listener();
}

/** Tells of the list for as long as the caller is on the page and `isOrdered`. */
export function useOfferOrder(rows: readonly TaskRow[], isOrdered: boolean, move: ListOrder["move"]): void {
  const latest = useRef(move);
  latest.current = move;
  useEffect(() => {
    if (!isOrdered) return;
    const order: ListOrder = { rows, move: (id, step) => latest.current(id, step) };
    show(order);
    return () => {
      if (shown === order) show(null);
    };
  }, [rows, isOrdered]);
}

/** Where a task stands in the list on the page, counted from zero, and what moves it; `null` in one that orders itself. */
export function useListOrder(id: string): { at: number; of: number; move: (step: 1 | -1) => void } | null {
  const order = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => shown,
  );
  const at = order?.rows.findIndex((row) => row.id === id) ?? -1;
  return order && at >= 0 ? { at, of: order.rows.length, move: (step) => order.move(id, step) } : null;
}
