import { expect, test } from "../house/test.ts";
import { addTask, approve, claim, goTo, syncLine, task } from "../house/steps.ts";

test("a second browser is approved by link and code; revoked, it is shut out and its copy is erased", async ({ box, open }) => {
  const first = await open();
  await claim(first.page, box);
  await goTo(first.page, "Inbox");
  await addTask(first.page, "Renew the passport");
  await expect(syncLine(first.page)).toHaveText("In step");

  const second = await open({ authenticator: null });
  await approve(first.page, second.page, "Borrowed laptop");
  await goTo(second.page, "Inbox");
  await expect(task(second.page, "Renew the passport")).toBeVisible();
  expect(await second.files()).not.toEqual([]);

  await first.page.getByRole("button", { name: "Show devices" }).click();
  await first.page.getByRole("button", { name: "Revoke Borrowed laptop" }).click();
  const asks = first.page.getByRole("alertdialog", { name: "Revoke Borrowed laptop?" });
  await asks.getByRole("button", { name: "Revoke this device" }).click();
  await expect(asks).toBeHidden();
  await expect(first.page.getByRole("listitem").filter({ hasText: "Borrowed laptop" }).getByText("revoked", { exact: true })).toBeVisible();

  await expect(second.page.getByRole("heading", { level: 1, name: "This device was revoked" })).toBeVisible({ timeout: 20_000 });
  // What stays is the number of the last leader's term, and nothing of the account.
  await expect.poll(() => second.files()).toEqual(["lifeos/term"]);
  await second.page.reload();
  await expect(second.page.getByText("Renew the passport")).toHaveCount(0);
  await expect(second.page.getByRole("heading", { level: 1, name: /^(Welcome back|This device was revoked)$/ })).toBeVisible();

  await goTo(first.page, "Inbox");
  await addTask(first.page, "After the revocation");
  await expect(task(first.page, "After the revocation")).toBeVisible();
  await expect(syncLine(first.page)).toHaveText("In step", { timeout: 20_000 });
});

test("a wrong code ends the approval and lets nobody in", async ({ box, open }) => {
  const first = await open();
  await claim(first.page, box);
  const second = await open({ authenticator: null });
  await approve(first.page, second.page, "Stranger", { code: (shown) => shown.replace(/\d$/, (last) => String((Number(last) + 1) % 10)) });
  await expect(first.page.getByText("That was not the code.")).toBeVisible();
  await expect(second.page.getByRole("navigation", { name: "Places" })).toHaveCount(0);
  await first.page.getByRole("button", { name: /^More/ }).click();
  await first.page.getByRole("menuitem", { name: "Devices and ways to unlock" }).click();
  await expect(first.page.getByText("this device")).toBeVisible();
  await expect(first.page.getByText("Stranger")).toHaveCount(0);
});
