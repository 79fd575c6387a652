import { defaultRangeExtractor, useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, type ReactNode, type RefObject, useCallback, useEffect, useRef } from "react";

export type RowsProps<Item> = {
  label: string;
  items: readonly Item[];
  keyOf: (item: Item, index: number) => string;
  /** Pixels before it has been measured. */
  estimate: (item: Item) => number;
  /** Rows that can hold the focus; headings cannot. */
  isRow: (item: Item) => boolean;
  focused: string | null;
  onFocus: (key: string) => void;
  onKey: (event: KeyboardEvent, key: string) => void;
  onNearEnd?: () => void;
  render: (item: Item, index: number, isFocused: boolean) => ReactNode;
  header?: ReactNode;
  footer?: ReactNode;
  scrollRef?: RefObject<HTMLDivElement | null>;
  multiselectable?: boolean;
  /** What is to be brought to the top of the view. */
  reveal?: Reveal | null | undefined;
};

/** An item by its key; asked for anew, it is another object. */
export type Reveal = { key: string };

/** How many rows exist beyond what is in sight, at either end. */
const overscan = 12;

/**
 * A grid of any length with one place in the tab order. Only what is in sight exists; arrows, Home
 * and End move the focus, the rest of the keys are the caller's.
 */
export function Rows<Item>({ label, items, keyOf, estimate, isRow, focused, onFocus, onKey, onNearEnd, render, header, footer, scrollRef, multiselectable, reveal }: RowsProps<Item>) {
  const own = useRef<HTMLDivElement>(null);
  const scroller = scrollRef ?? own;
  const list = useRef<HTMLDivElement>(null);
  const wantsFocus = useRef(false);
  const firstRow = items.findIndex(isRow);
  const current = focused === null ? -1 : items.findIndex((item, index) => isRow(item) && keyOf(item, index) === focused);
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => {
      const item = items[index];
      return item === undefined ? 40 : estimate(item);
    },
    getItemKey: (index) => {
      const item = items[index];
      return item === undefined ? index : keyOf(item, index);
    },
    overscan,
    // The row that has the focus exists wherever one scrolls: the focus would go with it.
    rangeExtractor: (range) => {
      const shown = defaultRangeExtractor(range);
      return current < 0 || shown.includes(current) ? shown : [...shown, current].sort((a, b) => a - b);
    },
    scrollMargin: list.current?.offsetTop ?? 0,
  });
  const drawn = virtual.getVirtualItems();
  const last = virtual.range?.endIndex ?? 0;

  useEffect(() => {
    if (last + overscan >= items.length - 20) onNearEnd?.();
  }, [last, items.length, onNearEnd]);

  const go = useCallback(
    (from: number, step: 1 | -1) => {
      for (let at = from; at >= 0 && at < items.length; at += step) {
        const item = items[at];
        if (item !== undefined && isRow(item)) {
          wantsFocus.current = true;
          virtual.scrollToIndex(at, { align: "auto" });
          onFocus(keyOf(item, at));
          return;
        }
      }
    },
    [items, isRow, keyOf, onFocus, virtual],
  );

  useEffect(() => {
    if (!wantsFocus.current || focused === null) return;
    const row = list.current?.querySelector<HTMLElement>(`[data-key="${CSS.escape(focused)}"]`);
    if (row) {
      wantsFocus.current = false;
      row.focus({ preventScroll: true });
    }
  });

  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each time that it is asked for
  useEffect(() => {
    const at = reveal ? items.findIndex((item, index) => keyOf(item, index) === reveal.key) : -1;
    if (at >= 0) virtual.scrollToIndex(at, { align: "start" });
  }, [reveal]);

  const tabStop = current >= 0 ? current : firstRow;

  return (
    // Without a row nothing in it need take the focus, and what scrolls can be reached by the keyboard.
    <div ref={own} {...(firstRow < 0 ? { tabIndex: 0 } : {})} className="quiet-scroll relative h-full min-h-0 flex-1">
      <div className="column">
      {header}
      {/* biome-ignore lint/a11y/useSemanticElements: a table cannot hold rows that are placed by their offset */}
      <div
        ref={list}
        role="grid"
        aria-label={label}
        aria-rowcount={items.length}
        aria-multiselectable={multiselectable ?? false}
        className="relative"
        style={{ height: virtual.getTotalSize() }}
        onKeyDown={(event) => {
          if (event.altKey || event.ctrlKey || event.metaKey || isTyping(event.target)) {
            onKey(event, focused ?? "");
            return;
          }
          const at = current < 0 ? firstRow : current;
          const moves: Record<string, () => void> = {
            arrowdown: () => go(at + 1, 1),
            arrowup: () => go(at - 1, -1),
            j: () => go(at + 1, 1),
            k: () => go(at - 1, -1),
            home: () => go(0, 1),
            end: () => go(items.length - 1, -1),
          };
          const move = event.shiftKey ? undefined : moves[event.key.toLowerCase()];
          if (move) {
            event.preventDefault();
            move();
          } else onKey(event, focused ?? "");
        }}
      >
        {drawn.map((place) => {
          const item = items[place.index];
          if (item === undefined) return null;
          const row = isRow(item);
          return (
            <div
              key={place.key}
              ref={virtual.measureElement}
              data-index={place.index}
              role={row ? "presentation" : "row"}
              className="absolute inset-x-0 top-0"
              style={{ transform: `translateY(${place.start - virtual.options.scrollMargin}px)` }}
              {...(row ? {} : { "aria-rowindex": place.index + 1 })}
            >
              {render(item, place.index, place.index === tabStop)}
            </div>
          );
        })}
      </div>
      {footer}
      </div>
    </div>
  );
}

function isTyping(target: EventTarget): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}
