import type { Page } from "@playwright/test";
import { Canaries, findings, layersOfFolder } from "../house/search/search.ts";
import { layersOf } from "../house/search/layers.ts";
import { claim, goTo, reloadLocked, task, unlockWithPasskey } from "../house/steps.ts";
import { expect, test } from "../house/test.ts";

test.use({ boxOptions: { log: "trace" } });

/** Another app gives something to LifeOS, as the system does it by the manifest: a POST to its address. */
async function share(page: Page, origin: string, given: { title: string; text: string; url: string }): Promise<void> {
  await page.goto("about:blank");
  const arrived = page.waitForURL(`${origin}/today`);
  await page.evaluate(
    ({ action, fields }) => {
      const form = Object.assign(document.createElement("form"), { method: "POST", enctype: "multipart/form-data", action });
      for (const [name, value] of Object.entries(fields)) form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
      document.body.append(form);
      form.submit();
    },
    { action: `${origin}/share`, fields: given },
  );
  await arrived;
}

test("what is shared waits in memory alone until one unlocks, is saved only when it is added, and is nowhere at rest", async ({ box, open }) => {
  const canaries = new Canaries();
  const given = { title: canaries.for("the title that was shared"), text: canaries.for("the text that was shared"), url: `https://example.org/${canaries.for("the address that was shared")}` };
  const browser = await open();
  const { page } = browser;
  const manifest = (await (await fetch(`${box.origin}/manifest.webmanifest`)).json()) as { share_target: object };
  expect(manifest.share_target).toEqual({ action: "/share", method: "POST", enctype: "multipart/form-data", params: { title: "title", text: "text", url: "url" } });
  await claim(page, box);
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));

  await share(page, box.origin, given);
  await expect(page.getByRole("heading", { level: 1, name: "Locked" })).toBeVisible();
  await expect(page.getByText(/^What you shared waits in this page/)).toBeVisible();
  expect(await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, history.state, location.href]))).not.toContain(given.title);
  expect(await page.content()).not.toContain(given.title);

  await unlockWithPasskey(page);
  const quickAdd = page.getByRole("dialog", { name: "New task" });
  await expect(quickAdd.getByRole("textbox", { name: "What is to be done?" })).toHaveValue(given.title);
  await expect(quickAdd.getByRole("textbox", { name: "Notes" })).toHaveValue(`${given.text}\n\n${given.url}`);
  await quickAdd.getByRole("button", { name: "Cancel" }).click();
  await goTo(page, "Inbox");
  await expect(task(page, given.title)).toHaveCount(0);

  // Once more, and this time it is added.
  await share(page, box.origin, given);
  await unlockWithPasskey(page);
  await quickAdd.getByRole("button", { name: "Add task" }).click();
  await expect(quickAdd).toHaveCount(0);
  await goTo(page, "Inbox");
  await expect(task(page, given.title)).toBeVisible();

  await reloadLocked(page);
  await browser.shut();
  await box.kill();
  const atRest = [...(await layersOfFolder(browser.profile, "the profile")), ...(await layersOfFolder(box.data, "the box's folder")), ...layersOf({ name: "the box's log", bytes: Buffer.from(box.said) })];
  expect(findings(canaries.wanted, atRest)).toEqual([]);
});

test("a page that holds what was shared is not closed without a word, and once closed it is gone", async ({ box, open }) => {
  const { page } = await open();
  await claim(page, box);
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));
  await share(page, box.origin, { title: "Lemon cake", text: "", url: "" });
  await expect(page.getByText(/^What you shared waits in this page/)).toBeVisible();
  // A browser asks only where somebody has pressed something.
  await page.getByRole("heading", { level: 1, name: "Locked" }).click();
  const asked = new Promise<string>((told) => page.once("dialog", (dialog) => {
    told(dialog.type());
    void dialog.accept();
  }));
  await page.reload();
  expect(await asked).toBe("beforeunload");
  await expect(page.getByRole("heading", { level: 1, name: "Locked" })).toBeVisible();
  await expect(page.getByText(/^What you shared waits in this page/)).toHaveCount(0);
  await unlockWithPasskey(page);
  await expect(page.getByRole("dialog", { name: "New task" })).toHaveCount(0);
});
