import { type List, makeWhen, useClock, useNavigation, type When } from "@lifeos/core";
import { Dialog, lazyWhenIdle, useShortcuts } from "@lifeos/design";
import { useLingui } from "@lingui/react/macro";
import { createContext, type ReactNode, Suspense, useContext, useMemo, useState } from "react";

const QuickAddForm = lazyWhenIdle(async () => ({ default: (await import("./quick-add-form")).QuickAddForm }));

export type QuickAddStart = { project?: string; section?: string; parent?: string; list?: List; label?: string; scheduled?: When; title?: string; notes?: string };
type QuickAdd = { open: (start?: QuickAddStart) => void; offerSampleData: (() => void) | null };

const QuickAddContext = createContext<QuickAdd | null>(null);

export function useQuickAdd(): QuickAdd {
  const quickAdd = useContext(QuickAddContext);
  if (!quickAdd) throw new Error("no QuickAddProvider above");
  return quickAdd;
}

/** `q` from anywhere: a line typed is an entry made. What is on the screen decides where it goes. */
export function QuickAddProvider({ children, offerSampleData }: { children: ReactNode; offerSampleData: (() => void) | null }) {
  const { t } = useLingui();
  const { path } = useNavigation();
  const { today } = useClock();
  const [start, setStart] = useState<QuickAddStart | null>(null);
  const fromHere = useMemo((): QuickAddStart => {
    const [, place = "", id] = path.split("/");
    if (place === "today") return { scheduled: makeWhen(today, null) };
    if (place === "next" || place === "waiting" || place === "someday") return { list: place };
    if (place === "projects" && id) return { project: id };
    if (place === "labels" && id) return { label: id };
    return {};
  }, [path, today]);
  const value = useMemo<QuickAdd>(() => ({ open: (given) => setStart(given ?? fromHere), offerSampleData }), [fromHere, offerSampleData]);
  useShortcuts([{ keys: "q", label: t`New task`, group: t`Everywhere`, run: () => value.open() }]);
  return (
    <QuickAddContext.Provider value={value}>
      {children}
      <Dialog title={t`New task`} hideTitle place="top" isOpen={start !== null} onClose={() => setStart(null)}>
        {start && <Suspense fallback={<div className="h-44" />}><QuickAddForm start={start} onClose={() => setStart(null)} /></Suspense>}
      </Dialog>
    </QuickAddContext.Provider>
  );
}
