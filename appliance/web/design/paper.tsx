import { type ReactNode, useEffect } from "react";
import { createPortal } from "react-dom";

/**
 * What is printed, alone and as a whole: it is on the page only while this is drawn, and nowhere on
 * the screen. It asks the browser to print once it stands there.
 */
export function Paper({ children, onPrinted }: { children: ReactNode; onPrinted: () => void }) {
  // biome-ignore lint/correctness/useExhaustiveDependencies: printed once, when it is first drawn
  useEffect(() => {
    window.addEventListener("afterprint", onPrinted, { once: true });
    const frame = requestAnimationFrame(() => void document.fonts.ready.then(() => window.print()));
    return () => {
      cancelAnimationFrame(frame);
      window.removeEventListener("afterprint", onPrinted);
    };
  }, []);
  return createPortal(<div className="paper paper-pages">{children}</div>, document.body);
}

/** Whether the browser still reads the page after `print` has returned, as those of phones do. */
export function printsLate(): boolean {
  return matchMedia("(pointer: coarse)").matches;
}
