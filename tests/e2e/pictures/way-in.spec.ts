import type { Page } from "@playwright/test";
import { claim, expectToday, proveKit, readKit, reloadLocked } from "../house/steps.ts";
import { expect, keys, sayYes, test, to } from "./look.ts";

test("claiming a box, with what may go wrong on the way", async ({ box, open, look }) => {
  const { page } = await open({ authenticator: "noPrf" });
  const code = page.getByRole("textbox", { name: "Claim code" });
  await expect(code).toBeVisible();
  await look(page, "claim-1-code");
  await code.fill("AAAAA-AAAAA");
  await page.getByRole("button", { name: "Go on" }).click();
  await page.getByRole("textbox", { name: "Your name" }).fill("Ada Example");
  await look(page, "claim-2-name");
  await page.getByRole("button", { name: "Go on" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await look(page, "claim-1-code-refused");
  await code.fill(box.claimCode ?? "");
  await page.getByRole("button", { name: "Go on" }).click();
  await page.getByRole("button", { name: "Go on" }).click();
  await expect(page.getByRole("button", { name: "Make the passkey" })).toBeVisible();
  await look(page, "claim-3-passkey");
  await page.getByRole("button", { name: "Make the passkey" }).click();
  const again = page.getByRole("button", { name: "Use the passkey" });
  const sheet = page.getByRole("article", { name: /^Recovery kit/ });
  await expect(again.or(sheet)).toBeVisible();
  if (await again.isVisible()) {
    await look(page, "claim-3-confirm");
    await again.click();
  }
  await expect(sheet).toBeVisible();
  const kit = await readKit(page);
  await look(page, "claim-4-kit");
  await page.emulateMedia({ media: "print" });
  await look(page, "claim-4-kit-on-paper", 768);
  await page.emulateMedia({ media: "screen" });
  await page.getByRole("button", { name: "I wrote it down by hand" }).click();
  await look(page, "claim-4-kit-kept", 360, 1440);
  await page.getByRole("button", { name: "It is kept, go on" }).click();
  await expect(page.getByRole("heading", { name: "Read a part of it back" })).toBeVisible();
  await look(page, "claim-5-proof");
  for (const field of await page.getByRole("textbox", { name: /^Group/ }).all()) await field.fill("ABCDE");
  await page.getByRole("button", { name: "Check and finish" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await look(page, "claim-5-proof-wrong");
  await proveKit(page, kit);
  const second = page.getByRole("heading", { level: 1, name: /^Keep recovery kit 2/ });
  await expect(second).toBeVisible();
  await look(page, "claim-4-kit-second", 360, 1440);
  const other = await readKit(page);
  await page.getByRole("button", { name: "I wrote it down by hand" }).click();
  await page.getByRole("button", { name: "It is kept, go on" }).click();
  await proveKit(page, other);
  await expectToday(page);
});

test("unlocking, by passkey, kit and file, and erasing what is stored here", async ({ box, open, look }) => {
  const { page } = await open();
  const [kit] = await claim(page, box);
  if (!kit) throw new Error("there is no kit");
  await reloadLocked(page);
  await look(page, "locked");
  await page.getByRole("button", { name: "Use a recovery kit" }).click();
  await look(page, "unlock-kit");
  await page.getByRole("textbox", { name: "Code of the kit" }).fill("ABCDE");
  await page.getByRole("button", { name: "Unlock with the kit" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await look(page, "unlock-kit-wrong");
  await page.getByRole("button", { name: "Erase what is stored here" }).click();
  await look(page, "unlock-erase-asks", 360, 1440);
  await page.getByRole("button", { name: "Keep" }).click();

  await chooseKit(page, "A holiday plan, and no kit.");
  await expect(page.getByRole("alert").getByText(/^This file is no recovery kit/)).toBeVisible();
  await look(page, "unlock-file-wrong");
  await drag(page, "dragenter");
  await expect(page.getByText("Drop it to read the kit")).toBeVisible();
  await look(page, "unlock-file-over", 1440);
  await drag(page, "dragleave");
  await chooseKit(page, `LIFEOS-KIT-1:${kit.code.replaceAll(" ", "")}:${kit.account.replaceAll(" ", "")}`);
  await expectToday(page);
});

test("a second browser comes in: with a kit, with a passkey it has not, approved by the first", async ({ box, open, look }) => {
  const { page: first } = await open();
  const [kit] = await claim(first, box, { device: "Desk" });
  if (!kit) throw new Error("there is no kit");
  const { page } = await open({ authenticator: null });
  await expect(page.getByRole("heading", { level: 1, name: "Welcome back" })).toBeVisible();
  await look(page, "join");
  await page.getByRole("button", { name: /^Use a recovery kit/ }).click();
  await look(page, "join-kit");
  await page.getByRole("textbox", { name: "Code" }).fill("ABCDE");
  await page.getByRole("button", { name: "Go on" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await look(page, "join-kit-wrong", 360, 1440);
  await page.reload();
  await page.getByRole("button", { name: /^Approve from another device/ }).click();
  const link = page.getByText(/^https?:\/\/\S+#\S+$/);
  await expect(link).toBeVisible();
  await look(page, "join-approval-link");
  await to(first, "approve");
  await look(first, "approve");
  await first.getByRole("textbox", { name: "Link from the new device" }).fill(await link.innerText());
  await first.getByRole("button", { name: "Go on" }).click();
  await expect(first.getByRole("dialog", { name: "Is it you?" })).toBeVisible();
  await look(first, "step-up", 360, 1440);
  await first.getByRole("button", { name: "No passkey at hand? Use a recovery kit" }).click();
  await look(first, "step-up-kit", 360, 1440);
  await first.getByRole("button", { name: "Use the passkey instead" }).click();
  await sayYes(first);
  const code = page.getByRole("img", { name: /^Code \d{6}$/ });
  await expect(code).toBeVisible();
  await look(page, "join-code");
  await look(first, "approve-code");
  await first.getByRole("textbox", { name: "Code" }).fill(((await code.getAttribute("aria-label")) ?? "").replace(/\D/g, ""));
  await first.getByRole("button", { name: "Let it in" }).click();
  await expect(first.getByText("The new device is in")).toBeVisible();
  await look(first, "approve-done", 360, 1440);
  await expect(page.getByRole("heading", { level: 1, name: "Is this your account?" })).toBeVisible();
  await look(page, "join-compare");
  await page.getByRole("button", { name: "Yes, they are the same" }).click();
  await expect(page.getByRole("navigation", { name: "Places" })).toBeAttached();

  await to(first, "devices");
  await expect(first.getByRole("button", { name: /^Revoke / }).nth(1)).toBeVisible();
  await look(first, "devices-two");
  await first.getByRole("main").getByRole("listitem").filter({ hasText: "Desk" }).first().getByRole("button", { name: /^Revoke/ }).click();
  await look(first, "revoke-this-asks", 360, 1440);
  await first.getByRole("button", { name: "Keep" }).click();
  const others = first.getByRole("main").getByRole("listitem").filter({ hasNotText: "this device", has: first.getByRole("button", { name: /^Revoke/ }) });
  await others.first().getByRole("button", { name: /^Revoke/ }).click();
  await first.getByRole("button", { name: "Revoke this device" }).click();
  await expect(first.getByText("Revoked. New keys are being made.")).toBeVisible();
  await expect(page.getByRole("heading", { level: 1, name: "This device was revoked" })).toBeVisible();
  await look(page, "revoked");
  await look(first, "devices-after-revoke", 360, 1440);
  await to(first, "activity");
  await look(first, "activity-keys");
  await keys(first, "Escape");
});

/** Gives the locked page a file in place of a kit's code. */
async function chooseKit(page: Page, text: string): Promise<void> {
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Choose the kit's file" }).click();
  await (await chooser).setFiles({ name: "lifeos-recovery-kit-1.txt", mimeType: "text/plain", buffer: Buffer.from(text) });
}

/** A file that is held over the page, and taken away again. */
async function drag(page: Page, type: "dragenter" | "dragleave"): Promise<void> {
  await page.evaluate((event) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File(["a kit"], "kit.txt", { type: "text/plain" }));
    document.body.dispatchEvent(new DragEvent(event, { bubbles: true, cancelable: true, dataTransfer }));
  }, type);
}
