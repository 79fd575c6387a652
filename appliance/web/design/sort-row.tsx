import { type KeyboardEvent, type ReactNode, type RefObject, useEffect, useRef } from "react";
import { cx } from "./cx";
import { type DropEdge, type DropInto, useDragRow } from "./drag";

/** What moves a row by keyboard where a pointer would drag it; for `aria-keyshortcuts`. */
export const orderKeys = "Alt+ArrowUp Alt+ArrowDown";

/** Asks for another place: before or after a record of the same kind. */
export type OnSort = (moved: string, beside: string, edge: DropEdge) => void;

/**
 * A row of a list that is put in order by hand: dragged (by its grip, where it has one), or moved
 * with Alt and the arrows while something in it has the focus, which then goes with it.
 */
export function SortRow({ as: Tag = "li", kind, id, above, below, onSort, into, grip, children, className }: {
  as?: "li" | "div"; kind: string; id: string; above: string | undefined; below: string | undefined; onSort: OnSort; into?: DropInto; grip?: (handle: RefObject<HTMLSpanElement | null>) => ReactNode; children: ReactNode; className?: string;
}) {
  const ref = useRef<HTMLElement | null>(null);
  const handle = useRef<HTMLSpanElement>(null);
  const held = useRef<HTMLElement | null>(null);
  const { edge, isOver, isDragged } = useDragRow({ ref, ...(grip ? { handle } : {}), kind, id, isEnabled: true, onDrop: (moved, at) => onSort(moved, id, at), into });
  // A row that moves in the document loses the focus on its way.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the neighbours change when it has moved
  useEffect(() => {
    if (document.activeElement === document.body) held.current?.focus();
    held.current = null;
  }, [above, below]);
  // A link drags its own address unless it is told not to, and takes no such attribute itself.
  useEffect(() => {
    for (const link of ref.current?.querySelectorAll("a") ?? []) {
      link.draggable = false;
      link.setAttribute("aria-keyshortcuts", orderKeys);
    }
  });
  const onKeyDown = (event: KeyboardEvent) => {
    if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const [beside, at] = event.key === "ArrowUp" ? ([above, "top"] as const) : event.key === "ArrowDown" ? ([below, "bottom"] as const) : ([null, "top"] as const);
    if (beside === null) return;
    event.preventDefault();
    event.stopPropagation();
    if (beside === undefined) return;
    held.current = event.target instanceof HTMLElement ? event.target : null;
    onSort(id, beside, at);
  };
  return (
    <Tag ref={(element: HTMLElement | null) => { ref.current = element; }} onKeyDown={onKeyDown} className={cx("relative", isDragged && "opacity-40", isOver && "rounded-sm bg-accent-soft outline-2 outline-accent", className)}>
      {edge && <span aria-hidden className={cx("pointer-events-none absolute inset-x-0 z-10 h-0.5 rounded-full bg-accent", edge === "top" ? "-top-px" : "-bottom-px")} />}
      {grip?.(handle)}
      {children}
    </Tag>
  );
}
