import { addTask, claim, goTo, readKit, syncLine, task, typeBack, wordsToCompare } from "../house/steps.ts";
import { expect, test } from "../house/test.ts";

test("a box gets another name: the browser there is let in by the old one, which retires and leaves nothing behind", async ({ box, open }) => {
  const old = await open();
  const [kit] = await claim(old.page, box);
  if (!kit) throw new Error("there is no kit");
  await goTo(old.page, "Inbox");
  await addTask(old.page, "Renew the passport");
  await expect(syncLine(old.page)).toHaveText("In step");
  await old.page.evaluate(async () => void (await navigator.serviceWorker.ready));
  await box.kill();
  await addTask(old.page, "Written while the box was renamed");

  await old.page.getByRole("button", { name: "Settings" }).click();
  await old.page.getByRole("button", { name: "Move to another name" }).click();
  await expect(old.page.getByText("1 change waits to be sent.")).toBeVisible();
  const retire = old.page.getByRole("button", { name: "Retire this device" });
  await expect(retire).toBeDisabled();
  await box.rename("home.localhost");
  await expect(old.page.getByText("The box has all that was written here.")).toBeVisible({ timeout: 30_000 });
  await expect(retire).toBeDisabled();

  const fresh = await open();
  expect(new URL(fresh.page.url()).hostname).toBe("home.localhost");
  await expect(fresh.page.getByRole("heading", { level: 1, name: "Welcome back" })).toBeVisible({ timeout: 20_000 });
  await fresh.page.getByRole("textbox", { name: "Name of this device" }).fill("At the new name");
  await fresh.page.getByRole("button", { name: /^Approve from another device/ }).click();
  const link = await fresh.page.getByText(/^https?:\/\/\S+#\S+$/).innerText();

  // A name that the box does not answer to lets nobody in, whatever stands behind it.
  const field = old.page.getByRole("textbox", { name: "Link from the new device" });
  await field.fill(link.replace("home.localhost", "evil.localhost"));
  await old.page.getByRole("button", { name: "Go on" }).click();
  await old.page.getByRole("dialog", { name: "Is it you?" }).getByRole("button", { name: "Use the passkey" }).click();
  await expect(old.page.getByText("This link leads to a name that your box does not answer to.")).toBeVisible();
  await field.fill(link);
  await old.page.getByRole("button", { name: "Go on" }).click();
  await expect(old.page.getByText(`It is at another name: ${box.origin}`)).toBeVisible();
  const code = await fresh.page.getByRole("img", { name: /^Code \d{6}$/ }).getAttribute("aria-label", { timeout: 20_000 });
  const compared = await wordsToCompare(fresh.page);
  expect(await wordsToCompare(old.page)).toEqual(compared);
  await old.page.getByRole("textbox", { name: "Code" }).fill(code?.replace(/\D/g, "") ?? "");
  await old.page.getByRole("button", { name: "Let it in" }).click();
  await expect(fresh.page.getByRole("heading", { level: 1, name: "Is this your account?" })).toBeVisible({ timeout: 20_000 });
  await fresh.page.getByRole("button", { name: "Yes, they are the same" }).click();
  await goTo(fresh.page, "Inbox");
  await expect(task(fresh.page, "Written while the box was renamed")).toBeVisible();

  // The old name's passkey is unknown at the new one: the kit says who it is, and a passkey is made there.
  await fresh.page.getByRole("button", { name: /^More/ }).click();
  await fresh.page.getByRole("menuitem", { name: "Devices and ways to unlock" }).click();
  const ways = fresh.page.getByRole("region", { name: "Ways to unlock" });
  await ways.getByRole("button", { name: "Add a passkey" }).click();
  const asks = fresh.page.getByRole("dialog", { name: "Is it you?" });
  await asks.getByRole("button", { name: "No passkey at hand? Use a recovery kit" }).click();
  await asks.getByRole("textbox", { name: "Code" }).fill(kit.code);
  await asks.getByRole("button", { name: "Use the kit" }).click();
  const adding = fresh.page.getByRole("dialog", { name: "Add a passkey" });
  await adding.getByRole("button", { name: "Make the passkey" }).click();
  const again = adding.getByRole("button", { name: "Use the passkey" });
  const added = fresh.page.getByText("The passkey was added.");
  await expect(again.or(added)).toBeVisible();
  if (await again.isVisible()) await again.click();
  await expect(added).toBeVisible();

  await retire.click();
  await expect(old.page.getByRole("heading", { level: 1, name: "This device was revoked" })).toBeVisible({ timeout: 20_000 });
  await expect.poll(() => old.files()).toEqual(["lifeos/term"]);

  await fresh.page.reload();
  await fresh.page.getByRole("button", { name: "Unlock with the passkey" }).click();
  await goTo(fresh.page, "Inbox");
  await expect(task(fresh.page, "Renew the passport")).toBeVisible();
  await addTask(fresh.page, "At the new name");
  await expect(syncLine(fresh.page)).toHaveText("In step", { timeout: 20_000 });
});

test("a lost kit is replaced in one go: the new one is read back, then the old one opens nothing", async ({ box, open }) => {
  const browser = await open();
  const { page } = browser;
  const [lost] = await claim(page, box);
  if (!lost) throw new Error("there is no kit");
  await page.getByRole("button", { name: /^More/ }).click();
  await page.getByRole("menuitem", { name: "Devices and ways to unlock" }).click();
  const ways = page.getByRole("region", { name: "Ways to unlock" });
  await expect(ways.getByRole("button", { name: "Make a second kit" })).toBeVisible();
  await ways.getByRole("button", { name: /^Replace the kit / }).click();
  await page.getByRole("dialog", { name: "Is it you?" }).getByRole("button", { name: "Use the passkey" }).click();
  const dialog = page.getByRole("dialog", { name: "A kit in place of the old one" });
  await expect(dialog.getByRole("article", { name: /^Recovery kit/ })).toBeVisible();
  const kit = await readKit(page);
  await dialog.getByRole("button", { name: "I wrote it down by hand" }).click();
  await dialog.getByRole("button", { name: "It is kept, go on" }).click();
  await typeBack(page, kit);
  await expect(page.getByText("The new kit counts. The old one opens nothing any more.")).toBeVisible();
  await expect(ways.getByRole("listitem").filter({ hasText: "Recovery kit" })).toHaveCount(2);
  await expect(ways.getByRole("listitem").filter({ hasText: "revoked" })).toHaveCount(1);

  await page.reload();
  await page.getByRole("button", { name: "Use a recovery kit" }).click();
  await page.getByRole("textbox", { name: "Code" }).fill(lost.code);
  await page.getByRole("button", { name: "Unlock with the kit" }).click();
  await expect(page.getByText("This kit opens nothing here.")).toBeVisible();
  await page.getByRole("textbox", { name: "Code" }).fill(kit.code);
  await page.getByRole("button", { name: "Unlock with the kit" }).click();
  await expect(page.getByRole("navigation", { name: "Places" })).toBeVisible({ timeout: 20_000 });
});

test("who has lost everything is told the truth on the locked page", async ({ box, open }) => {
  const browser = await open();
  await claim(browser.page, box);
  await browser.page.reload();
  await browser.page.getByRole("button", { name: "I have neither passkey nor kit" }).click();
  await expect(browser.page.getByRole("heading", { name: "I lost everything" })).toBeInViewport();
  await expect(browser.page.getByText("Nobody can help, and who says they can lies")).toBeVisible();
});
