import { type RefObject, useEffect, useRef } from "react";

export type SwipeWay = "right" | "left";

export type RowTouch = {
  /** Whether a row, by its key, can be swiped that way. */
  canSwipe: (key: string, way: SwipeWay) => boolean;
  swiped: (key: string, way: SwipeWay) => void;
  /** A finger rests on a row. */
  held: (key: string) => void;
};

/** How far a finger may stray before it no longer presses, and from where on a swipe counts, in pixels. */
const slop_px = 10;
const counts_px = 72;
const holds_ms = 500;

type Press = { pointer: number; row: HTMLElement; key: string; x: number; y: number; by: number; isSwipe: boolean };

/**
 * What a finger does to the rows (`data-key`) below an element: swiping one aside, or resting on it.
 * A mouse and a pen are left to the rows themselves. Returns whether the last press was a finger's.
 */
export function useTouchRows(ref: RefObject<HTMLElement | null>, acts: RowTouch): () => boolean {
  const latest = useRef(acts);
  latest.current = acts;
  const isTouch = useRef(false);
  useEffect(() => {
    const list = ref.current;
    if (!list) return;
    let press: Press | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let wasHeld = false;
    const end = () => {
      clearTimeout(timer);
      if (press?.isSwipe) {
        delete press.row.dataset["swipe"];
        delete press.row.dataset["counts"];
        press.row.style.removeProperty("--swiped");
      }
      press = null;
    };
    const down = (event: PointerEvent) => {
      isTouch.current = event.pointerType === "touch";
      wasHeld = false;
      end();
      if (!isTouch.current || !event.isPrimary || !(event.target instanceof Element)) return;
      const row = event.target.closest<HTMLElement>("[data-key]");
      const key = row?.dataset["key"];
      if (!row || key === undefined) return;
      press = { pointer: event.pointerId, row, key, x: event.clientX, y: event.clientY, by: 0, isSwipe: false };
      timer = setTimeout(() => {
        wasHeld = true;
        end();
        latest.current.held(key);
      }, holds_ms);
    };
    const move = (event: PointerEvent) => {
      if (press?.pointer !== event.pointerId) return;
      const by = event.clientX - press.x;
      const down = Math.abs(event.clientY - press.y);
      if (!press.isSwipe) {
        if (down > slop_px && down >= Math.abs(by)) return end();
        if (Math.abs(by) <= slop_px) return;
        clearTimeout(timer);
        press.isSwipe = true;
        press.row.setPointerCapture(press.pointer);
      }
      const way: SwipeWay = by < 0 ? "left" : "right";
      press.by = latest.current.canSwipe(press.key, way) ? by : 0;
      press.row.dataset["swipe"] = way;
      press.row.style.setProperty("--swiped", `${press.by}px`);
      if (Math.abs(press.by) >= counts_px) press.row.dataset["counts"] = "";
      else delete press.row.dataset["counts"];
    };
    const up = (event: PointerEvent) => {
      if (press?.pointer !== event.pointerId) return;
      const { key, by, isSwipe } = press;
      end();
      if (isSwipe) wasHeld = true;
      if (isSwipe && Math.abs(by) >= counts_px) latest.current.swiped(key, by < 0 ? "left" : "right");
    };
    // The finger that has swiped or rested has not pressed.
    const click = (event: MouseEvent) => {
      if (!wasHeld) return;
      wasHeld = false;
      event.preventDefault();
      event.stopPropagation();
    };
    const menu = (event: Event) => {
      if (isTouch.current && event.target instanceof Element && event.target.closest("[data-key]")) event.preventDefault();
    };
    list.addEventListener("pointerdown", down);
    list.addEventListener("pointermove", move);
    list.addEventListener("pointerup", up);
    list.addEventListener("pointercancel", end);
    list.addEventListener("click", click, true);
    list.addEventListener("contextmenu", menu);
    return () => {
      end();
      list.removeEventListener("pointerdown", down);
      list.removeEventListener("pointermove", move);
      list.removeEventListener("pointerup", up);
      list.removeEventListener("pointercancel", end);
      list.removeEventListener("click", click, true);
      list.removeEventListener("contextmenu", menu);
    };
  }, [ref]);
  return () => isTouch.current;
}

/** Whether fingers are what this device is mostly pressed by: there a row that is held is not dragged. */
export function isMostlyTouched(): boolean {
  return matchMedia("(pointer: coarse)").matches;
}
