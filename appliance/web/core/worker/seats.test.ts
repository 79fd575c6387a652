import { expect, test } from "vitest";
import { Seats } from "./seats";

test("tabs that choose the same number are kept apart, and their numbers go with them", () => {
  const seats = new Seats();
  const [a, b] = [seats.take("a", 1), seats.take("b", 1)];
  expect(a).not.toBe(b);
  expect(seats.take("a", 1)).toBe(a);
  expect(seats.whose(b)).toEqual({ tab: "b", number: 1 });
  expect(seats.free(a)).toEqual({ tab: "a", number: 1 });
  expect(seats.free(a)).toBeUndefined();
  expect(seats.leave("b")).toEqual([b]);
  expect(seats.whose(b)).toBeUndefined();
});
