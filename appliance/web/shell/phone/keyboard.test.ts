import { expect, it } from "vitest";
import { followKeyboard } from "./keyboard";

it("tells how much of the page a keyboard covers, and takes zooming in for none", () => {
  const view = Object.assign(new EventTarget(), { height: innerHeight, offsetTop: 0, scale: 1 });
  Object.defineProperty(window, "visualViewport", { value: view, configurable: true });
  followKeyboard();
  const covered = () => document.documentElement.style.getPropertyValue("--covered");
  view.height = innerHeight - 300;
  view.dispatchEvent(new Event("resize"));
  expect(covered()).toBe("300px");
  view.scale = 2;
  view.dispatchEvent(new Event("resize"));
  expect(covered()).toBe("0px");
  view.scale = 1;
  view.offsetTop = 300;
  view.dispatchEvent(new Event("scroll"));
  expect(covered(), "scrolled to what was covered").toBe("0px");
});
