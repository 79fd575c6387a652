import { createContext, type ReactNode, useCallback, useContext, useMemo, useRef, useState } from "react";
import { Button } from "./button";
import { IconButton } from "./button";

export type Toast = { text: string; action?: { label: string; keys?: string; onAction: () => void }; tone?: "plain" | "danger" };
type Shown = Toast & { id: number };
const stays_ms = 8000;

const ToastContext = createContext<(toast: Toast) => void>(() => {});

/** Returns a function that says something at the foot of the page for a while. A new one takes the place of the last. */
export function useToast(): (toast: Toast) => void {
  return useContext(ToastContext);
}

export function ToastProvider({ children, closeLabel, regionLabel }: { children: ReactNode; closeLabel: string; regionLabel: string }) {
  const [shown, setShown] = useState<Shown | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const next = useRef(0);

  const hold = useCallback(() => clearTimeout(timer.current), []);
  const leave = useCallback(() => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setShown(null), stays_ms);
  }, []);
  const show = useCallback(
    (toast: Toast) => {
      next.current += 1;
      setShown({ ...toast, id: next.current });
      leave();
    },
    [leave],
  );
  const value = useMemo(() => show, [show]);

  return (
    <ToastContext.Provider value={value}>
      {children}
      <section aria-label={regionLabel} data-messages className="pointer-events-none fixed inset-x-0 bottom-[calc(4rem+var(--safe-bottom)+var(--covered))] z-30 flex justify-center px-3 md:bottom-[calc(1.25rem+var(--safe-bottom)+var(--covered))]">
        <div role="status" aria-live="polite" onMouseEnter={hold} onMouseLeave={leave} onFocus={hold} onBlur={leave}>
          {shown && (
            <div key={shown.id} className="pointer-events-auto flex max-w-xl items-center gap-2 rounded-md bg-ink py-1 pr-1 pl-4 text-paper shadow-float animate-rise">
              <span className="min-w-0 py-1.5">{shown.text}</span>
              {shown.action && (
                <Button
                  tone="quiet"
                  className="text-paper! underline underline-offset-4 hovered:bg-paper/15!"
                  onPress={() => {
                    shown.action?.onAction();
                    setShown(null);
                  }}
                >
                  {shown.action.label}
                </Button>
              )}
              <IconButton icon="close" label={closeLabel} className="text-paper/80! hovered:bg-paper/15! hovered:text-paper!" onPress={() => setShown(null)} />
            </div>
          )}
        </div>
      </section>
    </ToastContext.Provider>
  );
}
