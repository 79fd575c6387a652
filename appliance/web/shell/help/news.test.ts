import { beforeEach, expect, it } from "vitest";
import { news } from "./news";

beforeEach(() => localStorage.clear());

it("who comes for the first time is told of nothing new", () => {
  expect(news.isNew()).toBe(false);
  expect(news.isNew()).toBe(false);
});

it("after an update it is told until it was looked at, once for each device", () => {
  localStorage.setItem("lifeos.seen", "0.0.9 older");
  let heard = 0;
  const end = news.subscribe(() => { heard += 1; });
  expect(news.isNew()).toBe(true);
  expect(news.isNewVersion()).toBe(true);
  expect(news.isNew()).toBe(true);
  news.seen();
  expect(heard).toBe(1);
  expect(news.isNew()).toBe(false);
  end();
});

it("a build that only holds more has no other name", () => {
  localStorage.setItem("lifeos.seen", `${news.version} older`);
  expect(news.isNew()).toBe(true);
  expect(news.isNewVersion()).toBe(false);
});
