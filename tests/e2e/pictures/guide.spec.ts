import { addTask, claim, goTo, reloadLocked, task, unlockWithPasskey } from "../house/steps.ts";
import { Finger } from "../house/touch.ts";
import { expect, fillWithSamples, keys, test, to } from "./look.ts";

test("the manuals, what is found in them, what is new, and the help of a locked page", async ({ box, open, look }) => {
  const { page } = await open();
  await claim(page, box);
  await to(page, "help");
  await expect(page.getByRole("heading", { name: "The places" })).toBeVisible();
  await look(page, "help");
  await page.getByRole("heading", { name: "Keyboard" }).scrollIntoViewIfNeeded();
  await look(page, "help-keyboard");
  for (const place of ["help/owner", "help/recovery", "help/new"]) {
    await to(page, place);
    await look(page, place.replace("/", "-"));
  }
  await to(page, "help/help/alarm-rollback");
  await look(page, "help-alarm");
  await page.getByRole("searchbox", { name: "Find in the help" }).fill("lost");
  await expect(page.getByRole("list", { name: "Found in the manuals" })).toBeVisible();
  await look(page, "help-found");
  await page.getByRole("searchbox", { name: "Find in the help" }).fill("xylophone");
  await look(page, "help-nothing", 360, 1440);
  await page.evaluate(() => localStorage.setItem("lifeos.seen", "0.0.1 before"));
  await reloadLocked(page);
  await look(page, "locked-help-link");
  await page.getByRole("button", { name: "Help" }).click();
  await expect(page.getByRole("heading", { name: "I lost everything" })).toBeVisible();
  await look(page, "locked-help");
  await keys(page, "Escape");
  await unlockWithPasskey(page);
  await to(page, "today");
  await expect(page.getByRole("button", { name: /what is new$/ })).toBeVisible();
  await look(page, "updated-line");
  await to(page, "settings");
  await page.getByText("Deutsch", { exact: true }).click();
  await to(page, "help/recovery");
  await look(page, "de-help-recovery", 360, 1440);
});

test("printing: the window, a list and a manual on paper", async ({ box, open, look }) => {
  const { page } = await open();
  await claim(page, box);
  await fillWithSamples(page);
  await page.evaluate(() => { window.print = () => {}; });
  await goTo(page, "Upcoming");
  await keys(page, "Control+p");
  await expect(page.getByRole("dialog").getByText(/tasks$/)).toBeVisible();
  await look(page, "print-window");
  await page.getByText("With notes and checklists").click();
  await page.getByRole("dialog").getByRole("button", { name: "Print" }).click();
  await expect(page.locator(".paper li").first()).toBeAttached();
  await page.emulateMedia({ media: "print" });
  await look(page, "paper-list", 768);
  await page.emulateMedia({ media: null });
});

test("a finger on a phone: swiped, planned, selected, offered to install", async ({ box, open, look }) => {
  const { page, tools } = await open();
  await claim(page, box);
  await goTo(page, "Inbox");
  for (const title of ["Oil the door", "Return the library books", "Ask Ivo about the gutter, the one over the kitchen window"]) await addTask(page, title);
  await page.evaluate(() => window.dispatchEvent(Object.assign(new Event("beforeinstallprompt", { cancelable: true }), { prompt: async () => {} })));
  const finger = await Finger.on(page, tools);
  await expect(page.getByText("Keep LifeOS on this device")).toBeVisible();
  await look(page, "install", 360);
  await Finger.on(page, tools);
  await finger.tap(page.getByRole("button", { name: "Not now" }));
  for (const [name, by] of [["done", 110], ["plan", -110], ["slight", 40]] as const) {
    await finger.swipe(task(page, "Oil the door"), by, { stays: () => look(page, `swipe-${name}`, 360) });
    if (name === "plan") {
      await expect(page.getByRole("dialog", { name: "When?" })).toBeVisible();
      await look(page, "swipe-when");
      await keys(page, "Escape");
    }
    if (name === "done") await page.getByRole("button", { name: "Undo" }).click();
  }
  await Finger.on(page, tools);
  await finger.holdUntil(task(page, "Return the library books"), () => expect(page.getByRole("toolbar")).toBeVisible());
  await finger.tap(task(page, "Oil the door"));
  await look(page, "held", 360, 768);
});

test("Safari of a phone is shown how to keep it", async ({ box, open, look }) => {
  const { page } = await open();
  await page.addInitScript(() => {
    Object.defineProperty(navigator, "standalone", { value: false });
    Object.defineProperty(navigator, "maxTouchPoints", { value: 5 });
  });
  await page.reload();
  await claim(page, box);
  await goTo(page, "Inbox");
  for (const title of ["One", "Two", "Three"]) await addTask(page, title);
  await look(page, "install-safari", 360);
  await page.getByRole("button", { name: "Show how" }).click();
  await look(page, "install-how", 360, 768);
});
