import type { GroupView } from "@lifeos/core";
import { expect, it } from "vitest";
import { daysAhead } from "./ahead";

const group = (day: string, total: number): GroupView => ({ record: null, title: null, day, priority: null, list: null, total, start: 0 });

it("the two weeks begin tomorrow, with the days that nothing is on", () => {
  const days = daysAhead("2026-11-21", [group("2026-11-23", 2), group("2026-12-05", 1), group("2026-12-06", 9)]);
  expect([days.length, days[0]?.day, days.at(-1)?.day]).toEqual([14, "2026-11-22", "2026-12-05"]);
  expect(days.filter(({ count }) => count > 0).map(({ day, count }) => [day, count])).toEqual([["2026-11-23", 2], ["2026-12-05", 1]]);
});

it("a quiet day stays low in a quiet week, and the fullest day is the measure of a full one", () => {
  expect(daysAhead("2026-11-21", [group("2026-11-23", 3)])[1]?.height).toBe(0.5);
  const full = daysAhead("2026-11-21", [group("2026-11-23", 3), group("2026-11-24", 12)]);
  expect([full[1]?.height, full[2]?.height]).toEqual([0.25, 1]);
});
