import { expect, it } from "vitest";
import { shareOf } from "./ring";

it("a ring shows a beginning and a missing end, whatever the numbers", () => {
  expect(shareOf(0, 0)).toBe(0);
  expect(shareOf(0, 400)).toBe(0);
  expect(shareOf(1, 400)).toBe(0.08);
  expect(shareOf(10, 40)).toBe(0.25);
  expect(shareOf(399, 400)).toBe(0.92);
  expect(shareOf(400, 400)).toBe(1);
});
