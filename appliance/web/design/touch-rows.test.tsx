import { act, fireEvent, render, screen } from "@testing-library/react";
import { useRef } from "react";
import { beforeEach, expect, it, vi } from "vitest";
import { useTouchRows } from "./touch-rows";

HTMLElement.prototype.setPointerCapture ??= () => {};
globalThis.PointerEvent ??= class extends MouseEvent {
  pointerId: number;
  pointerType: string;
  isPrimary: boolean;
  constructor(type: string, init: PointerEventInit = {}) {
    super(type, init);
    this.pointerId = init.pointerId ?? 1;
    this.pointerType = init.pointerType ?? "";
    this.isPrimary = init.isPrimary ?? true;
  }
} as unknown as typeof PointerEvent;

let told: string[] = [];
beforeEach(() => {
  told = [];
});

function Rows() {
  const ref = useRef<HTMLDivElement>(null);
  useTouchRows(ref, { canSwipe: (_, way) => way === "right", swiped: (key, way) => void told.push(`${key} ${way}`), held: (key) => void told.push(`${key} held`) });
  // biome-ignore lint/a11y: a row to be touched, and nothing else
  return <div ref={ref}><div data-key="a" onClick={() => void told.push("pressed")}>a</div></div>;
}

const touch = { pointerId: 1, pointerType: "touch", isPrimary: true, bubbles: true, cancelable: true };
const at = (x: number, y = 0) => ({ ...touch, clientX: x, clientY: y });

it("a row that is moved far enough aside is swiped, and the finger that did it has not pressed", () => {
  render(<Rows />);
  const row = screen.getByText("a");
  fireEvent.pointerDown(row, at(0));
  fireEvent.pointerMove(row, at(40));
  expect(row.dataset["swipe"]).toBe("right");
  expect(row.dataset["counts"]).toBeUndefined();
  fireEvent.pointerMove(row, at(90));
  expect(row.dataset["counts"]).toBe("");
  fireEvent.pointerUp(row, at(90));
  fireEvent.click(row);
  expect(told).toEqual(["a right"]);
  expect(row.dataset["swipe"]).toBeUndefined();
});

it("one that comes back, that goes down, or that cannot go that way does nothing", () => {
  render(<Rows />);
  const row = screen.getByText("a");
  for (const moves of [[at(90), at(5)], [at(3, 40), at(120, 40)], [at(-120)]]) {
    fireEvent.pointerDown(row, at(0));
    for (const move of moves) fireEvent.pointerMove(row, move);
    fireEvent.pointerUp(row, moves.at(-1) ?? at(0));
  }
  expect(told).toEqual([]);
});

it("a finger that rests holds the row; a mouse does neither", () => {
  vi.useFakeTimers();
  render(<Rows />);
  const row = screen.getByText("a");
  fireEvent.pointerDown(row, at(0));
  act(() => void vi.advanceTimersByTime(600));
  fireEvent.pointerUp(row, at(0));
  fireEvent.click(row);
  expect(told).toEqual(["a held"]);
  fireEvent.pointerDown(row, { ...at(0), pointerType: "mouse" });
  fireEvent.pointerMove(row, { ...at(200), pointerType: "mouse" });
  act(() => void vi.advanceTimersByTime(600));
  fireEvent.pointerUp(row, { ...at(200), pointerType: "mouse" });
  fireEvent.click(row);
  expect(told).toEqual(["a held", "pressed"]);
  vi.useRealTimers();
});
