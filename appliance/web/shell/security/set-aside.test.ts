import { expect, it } from "vitest";
import { bySource, ranges } from "./set-aside-words";

it("what was set aside is told by device and reason", () => {
  const items = [
    { device: "a", counter: 9, reason: "noKey" },
    { device: "b", counter: 1, reason: "noKey" },
    { device: "a", counter: 8, reason: "noKey" },
    { device: "a", counter: 3, reason: "erased" },
  ];
  expect(bySource(items)).toEqual([
    { device: "a", reason: "noKey", counters: [9, 8] },
    { device: "b", reason: "noKey", counters: [1] },
    { device: "a", reason: "erased", counters: [3] },
  ]);
});

it("runs of changes are written as runs", () => {
  expect(ranges([9, 3, 4, 5, 8])).toBe("3–5, 8–9");
  expect(ranges([7])).toBe("7");
});
