import { type ReactNode, Suspense } from "react";
import { cx } from "./cx";
import { lazyWhenIdle } from "./lazy";

const Window = lazyWhenIdle(async () => ({ default: (await import("./dialog-window")).DialogWindow }));

export type DialogProps = {
  title: string;
  isOpen: boolean;
  onClose: () => void;
  children: ReactNode;
  hideTitle?: boolean;
  width?: "narrow" | "normal" | "wide";
  /** Where it comes from: the upper third for what is typed into, the middle for what is read. */
  place?: "top" | "middle";
  role?: "dialog" | "alertdialog";
  className?: string;
};

/** A window over the page. Escape and a press outside close it, and focus returns where it was. */
export function Dialog(props: DialogProps) {
  return props.isOpen && <Suspense><Window {...props} /></Suspense>;
}

/** What a window holds. `isReadOnly`: nothing in it takes the focus, so that it must itself, to be scrolled by keys. */
export function DialogBody({ children, className, isReadOnly = false }: { children: ReactNode; className?: string; isReadOnly?: boolean }) {
  return <div {...(isReadOnly ? { tabIndex: 0 } : {})} className={cx("quiet-scroll flex flex-col gap-4 px-5 pb-4 *:shrink-0", className)}>{children}</div>;
}

export function DialogActions({ children }: { children: ReactNode }) {
  return <div className="flex flex-wrap justify-end gap-2 border-t border-line px-5 py-3">{children}</div>;
}
