import * as chromium from "../house/steps.ts";
import { addTask, claim, complete, goTo, joinWithKit, keepsItself, reloadLocked, syncLine, task, unlockWithKit, unlockWithPasskey } from "./journey.ts";
import { look, lookAtAll } from "./look.ts";
import { expect, test } from "./test.ts";

test("the core journey in Firefox", async ({ box, firefox, open }) => {
  const { page } = await firefox();
  await page.part("heading", "This box is yours to claim").first();
  await look(page, "firefox-claim");

  const kits = await test.step("a box is claimed with a passkey, and the kits are typed back", () => claim(page, box.claimCode ?? ""));
  const [kit] = kits;
  if (!kit) throw new Error("there is no kit");
  const hasPrf = kits.length === 1;
  console.log(`    the virtual authenticator ${hasPrf ? "has PRF: one kit" : "has no PRF: two kits"}`);

  await test.step("tasks are added and one is completed by keyboard", async () => {
    await goTo(page, "Inbox");
    for (const title of ["Oil the door", "Return the library books", "Water the fern"]) await addTask(page, title);
    await complete(page, "Water the fern");
    await syncLine(page).says("In step");
    await look(page, "firefox-inbox");
  });

  await test.step("a reload locks, the passkey and a kit open, and everything is there", async () => {
    await keepsItself(page);
    await reloadLocked(page);
    await look(page, "firefox-locked");
    await unlockWithPasskey(page);
    await goTo(page, "Inbox");
    for (const title of ["Oil the door", "Return the library books"]) await task(page, title).first();
    expect(await task(page, "Water the fern").isThere()).toBe(false);
    await reloadLocked(page);
    await unlockWithKit(page, kit);
    await goTo(page, "Inbox");
    await task(page, "Oil the door").first();
  });

  await test.step("without the box it is written, loaded again and opened", async () => {
    await syncLine(page).says("In step");
    await box.stop();
    for (const title of ["Candles", "Torch batteries"]) await addTask(page, title);
    await syncLine(page).says("Offline, 2 changes wait", 30_000);
    await reloadLocked(page);
    if (hasPrf) await unlockWithPasskey(page);
    else await unlockWithKit(page, kit);
    await goTo(page, "Inbox");
    for (const title of ["Oil the door", "Candles", "Torch batteries"]) await task(page, title).first();
    await syncLine(page).says("Offline, 2 changes wait", 30_000);
  });

  await test.step("what waited arrives once the box is back", async () => {
    await box.start();
    await syncLine(page).says("In step", 60_000);
  });

  await test.step("Chromium comes in with the kit, and each shows what the other writes", async () => {
    const second = await open({ authenticator: null });
    await chromium.joinWithKit(second.page, kit, "Chromium");
    await chromium.goTo(second.page, "Inbox");
    for (const title of ["Oil the door", "Candles", "Torch batteries"]) await expect(chromium.task(second.page, title)).toHaveCount(1);
    await chromium.addTask(second.page, "From Chromium");
    await task(page, "From Chromium").first();
    await addTask(page, "From Firefox");
    await expect(chromium.task(second.page, "From Firefox")).toBeVisible();
  });

  await test.step("every screen is drawn", () => lookAtAll(page, "firefox"));

  await test.step("another Firefox comes in with the kit", async () => {
    const other = await firefox({ hasAuthenticator: false });
    await joinWithKit(other.page, kit, "Another Firefox");
    await goTo(other.page, "Inbox");
    for (const title of ["Oil the door", "Candles", "From Chromium", "From Firefox"]) await task(other.page, title).first();
  });
});
