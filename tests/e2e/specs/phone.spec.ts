import type { Page } from "@playwright/test";
import { axeOn, lookOnTheWayIn, lookWithin, still, tooSmall } from "../house/screens.ts";
import { addTask, claim, goTo, reloadLocked, task } from "../house/steps.ts";
import { expect, test } from "../house/test.ts";
import { Finger } from "../house/touch.ts";

const phone = { width: 360, height: 760 };

/** What a finger would miss on a phone, of a screen that was opened at a desk. */
async function look(page: Page, name: string): Promise<string[]> {
  await page.setViewportSize(phone);
  await still(page);
  const findings = (await tooSmall(page)).map((small) => `${name}: ${small}`);
  await page.setViewportSize({ width: 1280, height: 860 });
  return findings;
}

test("on a phone nothing that is pressed is smaller than 44 pixels, on any screen", async ({ box, open }) => {
  test.setTimeout(240_000);
  const { page, tools } = await open();
  await tools.send("Emulation.setTouchEmulationEnabled", { enabled: true, maxTouchPoints: 5 });
  expect(await lookOnTheWayIn(page, box, look)).toEqual([]);
  await page.reload();
  expect(await lookWithin(page, box, look)).toEqual([]);
});

test("what is too small for a finger is noticed", async ({ box, open }) => {
  const { page, tools } = await open();
  await claim(page, box);
  await Finger.on(page, tools);
  expect(await tooSmall(page)).toEqual([]);
  await page.evaluate(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync("nav button { height: 30px !important; min-height: 0 !important }");
    document.adoptedStyleSheets = [sheet];
  });
  expect((await tooSmall(page)).join()).toMatch(/a finger misses/);
});

test("a row that is swiped right is done, left is planned, each with a way back; one that comes back stays", async ({ box, open }) => {
  const { page, tools } = await open();
  await claim(page, box);
  await goTo(page, "Inbox");
  for (const title of ["Oil the door", "Return the library books"]) await addTask(page, title);
  const finger = await Finger.on(page, tools);

  await finger.swipe(task(page, "Oil the door"), 150, { back: true });
  await finger.swipe(task(page, "Oil the door"), 40);
  await expect(page.getByText("Done.")).toHaveCount(0);
  await expect(page.getByRole("dialog")).toHaveCount(0);

  await finger.swipe(task(page, "Oil the door"), 150);
  await expect(task(page, "Oil the door")).toHaveCount(0);
  await finger.tap(page.getByRole("region", { name: "Messages" }).getByRole("button", { name: "Undo" }));
  await expect(task(page, "Oil the door")).toBeVisible();

  await finger.swipe(task(page, "Return the library books"), -150);
  const when = page.getByRole("dialog", { name: "When?" });
  await expect(when).toBeVisible();
  expect(await axeOn(page, "planning by a swipe")).toEqual([]);
  expect(await tooSmall(page)).toEqual([]);
  await finger.tap(when.getByRole("button", { name: /^Tomorrow/ }));
  await expect(page.getByText("Planned: Tomorrow.")).toBeVisible();
  await finger.tap(page.getByRole("region", { name: "Messages" }).getByRole("button", { name: "Undo" }));
  await expect(page.getByText("Undone.").or(page.getByText("Planned: Tomorrow."))).toHaveCount(0);
  await expect(task(page, "Return the library books")).not.toContainText("Tomorrow");
});

test("a row that is held is selected, further ones are by a tap, and what is done counts for all", async ({ box, open }) => {
  const { page, tools } = await open();
  await claim(page, box);
  await goTo(page, "Inbox");
  for (const title of ["One", "Two", "Three"]) await addTask(page, title);
  const finger = await Finger.on(page, tools);
  const bar = page.getByRole("toolbar", { name: "Selected tasks" });
  await finger.holdUntil(task(page, "One"), () => expect(bar.getByText("1 selected")).toBeVisible());
  await expect(bar.getByText("1 selected"), "the finger that leaves presses nothing").toBeVisible();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await finger.tap(task(page, "Three"));
  await expect(bar.getByText("2 selected")).toBeVisible();
  expect(await tooSmall(page)).toEqual([]);
  await finger.tap(bar.getByRole("button", { name: "Done" }));
  await expect(task(page, "One")).toHaveCount(0);
  await expect(task(page, "Three")).toHaveCount(0);
  await expect(task(page, "Two")).toBeVisible();
  // Without a selection a tap opens, as ever.
  await finger.tap(task(page, "Two"));
  await expect(page.getByRole("dialog", { name: "Detail" })).toBeVisible();
});

/** What can be pressed or typed into and stands where a notch or a home bar is. */
async function underTheEdges(page: Page, insets: { top: number; bottom: number; left: number; right: number }): Promise<string[]> {
  await still(page);
  return page.evaluate((safe) => {
    const over = [...document.querySelectorAll('[role="dialog"]')].at(-1) ?? document;
    return [...over.querySelectorAll<HTMLElement>("button, a[href], input, textarea, [role=row]")].flatMap((element) => {
      if (!element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) || element.closest(".sr-only, [inert], [aria-hidden=true], [data-react-aria-prevent-focus]")) return [];
      // What is scrolled out of sight is nowhere near an edge.
      const { left, right, top, bottom, width } = element.getBoundingClientRect();
      const scroller = element.closest(".quiet-scroll")?.getBoundingClientRect();
      if (width < 2 || (scroller && (top >= scroller.bottom || bottom <= scroller.top))) return [];
      const [seenTop, seenBottom] = [Math.max(top, scroller?.top ?? top), Math.min(bottom, scroller?.bottom ?? bottom)];
      const isUnder = seenTop < safe.top - 1 || seenBottom > innerHeight - safe.bottom + 1 || left < safe.left - 1 || right > innerWidth - safe.right + 1;
      return isUnder ? [`${element.getAttribute("aria-label") ?? element.textContent?.trim().slice(0, 30)} (${Math.round(left)}…${Math.round(right)}, ${Math.round(seenTop)}…${Math.round(seenBottom)})`] : [];
    });
  }, insets);
}

test("nothing to press lies under a notch or a home bar, upright and on its side", async ({ box, open }) => {
  const { page, tools } = await open();
  const sides = [
    { window: phone, insets: { top: 47, bottom: 34, left: 0, right: 0 } },
    { window: { width: 844, height: 390 }, insets: { top: 0, bottom: 21, left: 47, right: 47 } },
  ];
  const lookAt = async (name: string) => {
    for (const { window, insets } of sides) {
      await page.setViewportSize(window);
      await tools.send("Emulation.setSafeAreaInsetsOverride", { insets });
      expect(await page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue("--safe-bottom")), "the insets are there").not.toBe("0px");
      expect(await underTheEdges(page, insets), `${name}, ${window.width} wide`).toEqual([]);
    }
    await tools.send("Emulation.setSafeAreaInsetsOverride", { insets: {} });
    await page.setViewportSize({ width: 1280, height: 860 });
  };
  await lookAt("claim");
  await claim(page, box);
  await goTo(page, "Inbox");
  await addTask(page, "Oil the door");
  await lookAt("inbox");
  await task(page, "Oil the door").click();
  await lookAt("detail");
  await page.keyboard.press("Escape");
  await page.keyboard.press("q");
  await lookAt("quick add");
  await page.keyboard.press("Escape");
  await reloadLocked(page);
  await lookAt("locked");
});

test("the keyboard hides neither the field that is typed in nor its buttons, whichever way a browser makes room", async ({ box, open }) => {
  const { page, tools } = await open();
  await claim(page, box);
  expect(await page.locator('meta[name="viewport"]').getAttribute("content")).toContain("interactive-widget=resizes-content");
  await Finger.on(page, tools);
  await page.getByRole("button", { name: "New task" }).click();
  const field = page.getByRole("textbox", { name: "What is to be done?" });
  await expect(field).toBeFocused();
  await page.getByRole("dialog").getByRole("button", { name: "Add notes" }).click();
  const isSeen = async (above: number) => {
    for (const part of [field, page.getByRole("textbox", { name: "Notes" }), page.getByRole("button", { name: "Add task" })]) {
      await expect.poll(async () => { const place = await part.boundingBox(); return place !== null && place.y >= 0 && place.y + place.height <= above; }, `${part}`).toBe(true);
    }
  };
  // Chromium makes the page smaller.
  await page.setViewportSize({ width: 360, height: 420 });
  await isSeen(420);
  await page.setViewportSize(phone);
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");

  // Safari lays the keyboard over it and tells the visual viewport. A field far down comes up.
  await page.setViewportSize({ width: 1280, height: 860 });
  await goTo(page, "Inbox");
  await addTask(page, "Oil the door");
  await page.setViewportSize(phone);
  await task(page, "Oil the door").click();
  const low = page.getByRole("textbox", { name: "Add to the checklist" });
  await low.focus();
  const below = async () => { const place = await low.boundingBox(); return place === null ? 0 : place.y + place.height; };
  expect(await below(), "it is where the keyboard will be").toBeGreaterThan(420);
  await page.evaluate(() => {
    Object.defineProperty(window.visualViewport, "height", { value: 420, configurable: true });
    window.visualViewport?.dispatchEvent(new Event("resize"));
  });
  await expect.poll(below, "to the pixel").toBeLessThan(421);
  expect(await below()).toBeGreaterThan(0);
});

test("installing is offered once there is something to lose, by the browser's own window, and not again after a no", async ({ box, open }) => {
  const { page, tools } = await open();
  // Whether and when the browser offers it is its own affair; what it would send is sent in its place.
  const offer = () => page.evaluate(() => {
    const event = Object.assign(new Event("beforeinstallprompt", { cancelable: true }), { prompt: async () => void document.body.setAttribute("data-asked", "") });
    window.dispatchEvent(event);
  });
  await claim(page, box);
  await offer();
  const title = page.getByText("Keep LifeOS on this device");
  await goTo(page, "Inbox");
  for (const text of ["One", "Two"]) await addTask(page, text);
  await expect(task(page, "Two")).toBeVisible();
  await tools.send("Emulation.setTouchEmulationEnabled", { enabled: true, maxTouchPoints: 5 });
  await expect.poll(() => page.evaluate(() => matchMedia("(pointer: coarse)").matches)).toBe(true);
  // There and back: whatever is drawn of the count that is asked for now has been drawn.
  for (const place of ["Upcoming", "Inbox"]) await goTo(page, place);
  await expect(task(page, "Two")).toBeVisible();
  await expect(title, "two tasks are not yet much to lose").toHaveCount(0);
  await tools.send("Emulation.setTouchEmulationEnabled", { enabled: false });
  await addTask(page, "Three");
  await expect(task(page, "Three")).toBeVisible();
  await expect(title, "at a desk the browser's own sign is enough").toHaveCount(0);
  await Finger.on(page, tools);
  await expect(title).toBeVisible();
  expect(await tooSmall(page)).toEqual([]);
  expect(await axeOn(page, "the offer to install")).toEqual([]);

  await page.keyboard.press("Control+Shift+L");
  await expect(page.getByRole("heading", { level: 1, name: "Locked" })).toBeVisible();
  await expect(title).toHaveCount(0);
  await unlockOnPhone(page);
  await expect(title).toBeVisible();
  await page.getByRole("button", { name: "Install", exact: true }).click();
  await expect(page.locator("body[data-asked]")).toBeAttached();
  await expect(title).toHaveCount(0);

  await offer();
  await page.getByRole("button", { name: "Not now" }).click();
  await expect(title).toHaveCount(0);
  await reloadLocked(page);
  await offer();
  await unlockOnPhone(page);
  await page.getByRole("navigation", { name: "Places" }).getByRole("link", { name: "Inbox" }).click();
  await expect(task(page, "Three")).toBeVisible();
  await expect(title).toHaveCount(0);
});

async function unlockOnPhone(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Unlock with the passkey" }).click();
  await expect(page.getByRole("button", { name: "New task" })).toBeVisible({ timeout: 20_000 });
}
