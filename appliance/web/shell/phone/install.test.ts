import { beforeEach, expect, it, vi } from "vitest";

/** What presses on this device. */
function pressedBy(pointer: "coarse" | "fine") {
  vi.spyOn(globalThis, "matchMedia").mockImplementation((media) => Object.assign(new EventTarget(), { media, matches: media === `(pointer: ${pointer})`, onchange: null, addListener: () => {}, removeListener: () => {} }) as MediaQueryList);
}

beforeEach(() => {
  pressedBy("coarse");
  localStorage.clear();
  vi.resetModules();
});

/** A browser that offers to install the page. */
async function offered() {
  const { install, listenForInstall } = await import("./install");
  listenForInstall();
  const asked: string[] = [];
  const event = Object.assign(new Event("beforeinstallprompt", { cancelable: true }), { prompt: async () => void asked.push("asked") });
  window.dispatchEvent(event);
  return { install, asked, event };
}

it("keeps the browser's offer for a person to take, and takes it once", async () => {
  const { install, asked, event } = await offered();
  expect(event.defaultPrevented).toBe(true);
  expect(install.offer()).toBe("prompt");
  await install.ask();
  expect(asked).toEqual(["asked"]);
  expect(install.offer()).toBeNull();
});

it("whoever said not now is not asked again, also after the page was loaded again", async () => {
  const { install } = await offered();
  install.notNow();
  expect(install.offer()).toBeNull();
  vi.resetModules();
  expect((await offered()).install.offer()).toBeNull();
});

it("at a desk the browser's own sign is enough", async () => {
  pressedBy("fine");
  expect((await offered()).install.offer()).toBeNull();
});

it("a browser that offers nothing is asked nothing; Safari of a phone is told how", async () => {
  const { install } = await import("./install");
  expect(install.offer()).toBeNull();
  Object.defineProperty(navigator, "standalone", { value: false, configurable: true });
  Object.defineProperty(navigator, "maxTouchPoints", { value: 5, configurable: true });
  expect(install.offer()).toBe("safari");
  Object.defineProperty(navigator, "standalone", { value: true, configurable: true });
  expect(install.offer(), "installed").toBeNull();
  Reflect.deleteProperty(navigator, "standalone");
});
