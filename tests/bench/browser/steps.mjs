/** What a person does at the page, each step as `tests/e2e/house/steps.ts` goes it. */

export async function authenticator(context, page) {
  const cdp = await context.newCDPSession(page);
  await cdp.send("WebAuthn.enable");
  await cdp.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      ctap2Version: "ctap2_1",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
      hasPrf: true,
    },
  });
}

/** From the claim page to Today, as `tests/e2e/house/steps.ts` goes it. Returns the kit. */
export async function claim(page, box) {
  await page.getByRole("textbox", { name: "Claim code" }).fill(box.claimCode);
  await page.getByRole("button", { name: "Go on" }).click();
  await page.getByRole("textbox", { name: "Your name" }).fill("Ada Example");
  await page.getByRole("button", { name: "Go on" }).click();
  await page.getByRole("button", { name: "Make the passkey" }).click();
  const sheet = page.getByRole("article", { name: /^Recovery kit/ });
  const again = page.getByRole("button", { name: "Use the passkey" });
  await sheet.or(again).waitFor();
  if (await again.isVisible()) await again.click();
  await sheet.waitFor();
  const groups = async (at) => {
    const texts = await sheet.getByRole("list").nth(at).getByRole("listitem").allInnerTexts();
    return texts.map((text) => text.trim().split(/\s+/).at(-1));
  };
  const printed = await groups(0);
  const account = await groups(1);
  await page.getByRole("button", { name: "I wrote it down by hand" }).click();
  await page.getByRole("button", { name: "It is kept, go on" }).click();
  await page.getByRole("heading", { name: "Read a part of it back" }).waitFor();
  for (const input of await page.getByRole("textbox", { name: /^Group \d+$/ }).all()) {
    const label = await input.evaluate((element) => element.labels[0].textContent);
    await input.fill(printed[Number(/\d+/.exec(label)[0]) - 1]);
  }
  await page.getByRole("button", { name: "Check and finish" }).click();
  await page.getByRole("heading", { level: 1, name: "Today" }).waitFor();
  return { code: printed.join("-"), account: account.join("-") };
}

/**
 * A browser that holds nothing takes the account over: milliseconds from the press that opens the kit to
 * the first screen of the account, and to Today with what was counted elsewhere.
 */
export async function join(page, kit, counts) {
  await page.getByRole("heading", { level: 1, name: "Welcome back" }).waitFor();
  await page.getByRole("button", { name: /^Use a recovery kit/ }).click();
  await page.getByRole("textbox", { name: "Code" }).fill(kit.code);
  await page.getByRole("textbox", { name: "Account" }).fill(kit.account);
  await page.evaluate((given) => {
    const from = new Promise((resolve) => window.addEventListener("click", () => resolve(performance.now()), { capture: true, once: true }));
    const entered = globalThis.benchShown(() => globalThis.benchHeading("Today"));
    globalThis.benchEnteredAccount = Promise.all([from, entered]).then(([a, b]) => b - a);
    globalThis.benchFromClick(() => globalThis.benchCounted(given));
  }, counts);
  await page.getByRole("button", { name: "Go on" }).click();
  return page.evaluate(async () => ({ entered: await globalThis.benchEnteredAccount, fresh: await globalThis.benchReached }));
}

/** Milliseconds from the click, the authenticator's own time included, to a frame with Today; where counts are given, with those. */
export async function unlock(page, counts = null) {
  await page.evaluate((given) => globalThis.benchFromClick(() => (given ? globalThis.benchCounted(given) : globalThis.benchHeading("Today"))), counts);
  await page.getByRole("button", { name: "Unlock with the passkey" }).click();
  return page.evaluate(() => globalThis.benchReached);
}

export async function add(page, title, into) {
  await page.keyboard.press("q");
  const field = page.getByRole("textbox", { name: "What is to be done?" });
  await field.fill(title);
  // Nobody has typed a line before the window stands.
  await page.evaluate(() => Promise.allSettled(document.getAnimations().map((each) => each.finished)));
  await page.evaluate((text) => globalThis.benchEnter(text), title);
  await field.press("Enter");
  into.screen.push(await page.evaluate(() => globalThis.benchEntered));
  await page.waitForFunction(() => globalThis.benchDurable.length > 0);
  into.durable.push(...(await page.evaluate(() => globalThis.benchDurable.splice(0))));
  await field.waitFor({ state: "hidden" });
}

/** Takes a round's tasks away: the list draws what is in sight, and new ones come at its end. */
export async function clear(page) {
  const rows = page.getByRole("row");
  await rows.first().focus();
  await page.keyboard.press("Control+a");
  await page.keyboard.press("Delete");
  await rows.first().waitFor({ state: "detached" });
  await page.waitForFunction(() => globalThis.benchDurable.length > 0);
  await page.evaluate(() => globalThis.benchDurable.splice(0));
}

/** As many bytes as the product journals for such a task. */
const written_bytes = 1_024;

export async function addBare(page, text, into) {
  const field = page.getByRole("textbox", { name: "What" });
  await field.fill(text);
  await page.evaluate((line) => globalThis.benchEnter(line), text);
  await field.press("Enter");
  into.bareScreen.push(await page.evaluate(() => globalThis.benchEntered));
  into.bareDurable.push(await page.evaluate((bytes) => window.writeBare(bytes), written_bytes));
}
