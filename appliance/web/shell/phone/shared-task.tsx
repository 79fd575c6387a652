import { useStatus } from "@lifeos/core";
import { useQuickAdd } from "@lifeos/tasks";
import { Trans } from "@lingui/react/macro";
import { useEffect, useSyncExternalStore } from "react";
import { taskOf } from "./share-words";
import { shared } from "./shared";

/** Opens a new task with what another app gave. It is saved when the person adds it, and not before. */
export function SharedTask() {
  const quickAdd = useQuickAdd();
  const waits = useSyncExternalStore(shared.subscribe, shared.waits);
  useEffect(() => {
    const given = waits && shared.take();
    if (given) quickAdd.open(taskOf(given));
  }, [waits, quickAdd]);
  return null;
}

/** Says on a page that is not open yet that what was given waits, and where. */
export function SharedWaits() {
  const waits = useSyncExternalStore(shared.subscribe, shared.waits);
  const isOpen = useStatus((status) => status.phase.type === "open");
  if (!waits || isOpen) return null;
  return (
    <p role="status" data-waits className="fixed inset-x-0 top-0 z-30 border-b border-ochre/40 bg-ochre-soft px-4 pt-[calc(0.5rem+var(--safe-top))] pb-2 text-center text-small">
      <Trans>What you shared waits in this page until you unlock. It is stored nowhere: closing the page drops it.</Trans>
    </p>
  );
}
