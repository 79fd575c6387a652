import { useEffect, useState } from "react";
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import { cx } from "./cx";
import type { DialogProps } from "./dialog";

const widths = { narrow: "max-w-md", normal: "max-w-xl", wide: "max-w-3xl" };

/** A window over the page. Escape and a press outside close it, and focus returns where it was. */
export function DialogWindow({ title, isOpen, onClose, children, hideTitle, width = "normal", place = "middle", role = "dialog", className }: DialogProps) {
  useFocusBack();
  return (
    <ModalOverlay
      isOpen={isOpen}
      onOpenChange={(open) => !open && onClose()}
      isDismissable={role === "dialog"}
      className={cx(
        "fixed inset-0 z-40 flex justify-center bg-scrim animate-fade [--edge:0.5rem] sm:[--edge:1rem] pt-[calc(var(--edge)+var(--safe-top))] pr-[calc(var(--edge)+var(--safe-right))] pb-[calc(var(--edge)+var(--safe-bottom)+var(--covered))] pl-[calc(var(--edge)+var(--safe-left))]",
        place === "top" ? "items-start sm:pt-[calc(12vh+var(--safe-top))]" : "items-center",
      )}
    >
      <Modal className={cx("w-full animate-rise", widths[width])}>
        <AriaDialog role={role} aria-label={title} className={cx("flex max-h-[calc(100dvh-var(--covered)-var(--safe-top)-var(--safe-bottom)-1rem)] flex-col overflow-hidden sm:max-h-[calc((100dvh-var(--covered))*0.84)] rounded-lg border border-line bg-raised shadow-float outline-none", className)}>
          {!hideTitle && <Heading slot="title" className="px-5 pt-4 pb-2 text-lead font-semibold">{title}</Heading>}
          {children}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

/**
 * Gives the focus back once what lies beneath can take it. React Aria does so in the next frame; but a
 * window that closes after something was waited for is gone before React has run its effects, and until
 * those have run the page beneath is inert.
 */
function useFocusBack() {
  const [before] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      // After all the effects of this window, its own among them.
      queueMicrotask(() => {
        if (document.activeElement === document.body && before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
      });
    },
    [before],
  );
}
