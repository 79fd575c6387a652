import type { Grouping, Scope, TaskRow } from "@lifeos/core";
import { lazyWhenIdle, useShortcuts } from "@lifeos/design";
import { useLingui } from "@lingui/react/macro";
import { Suspense, useEffect, useState, useSyncExternalStore } from "react";

const PrintWindow = lazyWhenIdle(async () => ({ default: (await import("./print-window")).PrintWindow }));

/** What stands on the screen, for paper: a list that is asked for as a whole, or rows that are all here. */
export type Printable = { title: string } & ({ type: "list"; scope: Scope; grouping: Grouping; /** Every row is of one project, which is the title. */ isProject: boolean } | { type: "parts"; parts: readonly { title: string; rows: readonly TaskRow[] }[] });

let offered: Printable | null = null;
let open: (() => void) | null = null;
const listeners = new Set<() => void>();

function changed(): void {
  for (const listener of listeners) listener();
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

/** Tells, for as long as the caller is on the page, what would be printed. The same object while it is the same. */
export function useOfferPrint(printable: Printable | null): void {
  useEffect(() => {
    if (!printable) return;
    offered = printable;
    changed();
    return () => {
      if (offered === printable) offered = null;
      changed();
    };
  }, [printable]);
}

/** Returns what opens the window for printing, or nothing where there is no list. */
export function usePrint(): (() => void) | null {
  const isOffered = useSyncExternalStore(subscribe, () => offered !== null);
  return isOffered ? () => open?.() : null;
}

/** `Ctrl P`: the list that is on the page, on paper. Elsewhere the browser prints as it does. */
export function PrintOpener() {
  const { t } = useLingui();
  const isOffered = usePrint() !== null;
  const [printed, setPrinted] = useState<Printable | null>(null);
  useEffect(() => {
    open = () => setPrinted(offered);
    return () => {
      open = null;
    };
  }, []);
  useShortcuts([{ keys: "Mod+p", label: t`Print this list`, group: t`Everywhere`, whileTyping: true, isOff: !isOffered, run: () => setPrinted(offered) }]);
  return printed && <Suspense><PrintWindow printable={printed} onClose={() => setPrinted(null)} /></Suspense>;
}
