/** A file of another product, dropped on the real page. */
import { browse, withBox } from "./chromium.mjs";
import { bareFetch } from "./fresh.mjs";
import { authenticator, claim } from "./steps.mjs";
import { watch } from "./watch.mjs";

export async function bringIn({ origin, file, tasks, rounds }) {
  const url = `${origin}${file}`;
  const text = await (await fetch(url)).text();
  const measured = { read: [], written: [], progress: [], bare: [] };
  for (let round = 0; round < rounds; round += 1) {
    // An account of its own each time: the same file brings nothing twice.
    const { read, written, progress } = await withBox((box) =>
      browse(async (context, page) => {
        await authenticator(context, page);
        await context.addInitScript(watch);
        await page.goto(box.origin);
        await claim(page, box);
        return { read: await drop(page, text, file, tasks), ...(await apply(page)) };
      }),
    );
    measured.read.push(read);
    measured.written.push(written);
    measured.progress.push(progress);
  }
  measured.bare = (await bareFetch(url, rounds)).took;
  return measured;
}

/** From the drop to the frame that says what would come in. */
async function drop(page, text, name, tasks) {
  await page.evaluate(({ text, name }) => {
    const carried = new DataTransfer();
    carried.items.add(new File([text], name, { type: "application/json" }));
    globalThis.benchDrop = () => document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: carried, bubbles: true, cancelable: true }));
  }, { text, name });
  const took = await page.evaluate(async () => {
    const from = performance.now();
    globalThis.benchDrop();
    const at = await globalThis.benchShown(() => [...document.querySelectorAll("[role=dialog] th[scope=row]")].some((each) => each.textContent === "Tasks"));
    return at - from;
  });
  const shown = await page.getByRole("dialog").getByRole("row").filter({ has: page.getByRole("rowheader", { name: "Tasks", exact: true }) }).getByRole("cell").first().innerText();
  if (Number(shown.replace(/\D/g, "")) !== tasks) throw new Error(`${shown} tasks would come in, not ${tasks}`);
  return took;
}

/** From the press to the frame that says that it is in, and what the bar showed meanwhile. */
async function apply(page) {
  await page.evaluate(() => {
    globalThis.benchProgress = [];
    const look = () => {
      const value = document.querySelector("[role=dialog] [role=progressbar]")?.getAttribute("aria-valuenow");
      if (value && globalThis.benchProgress.at(-1) !== Number(value)) globalThis.benchProgress.push(Number(value));
    };
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ["aria-valuenow"] });
    globalThis.benchFromClick(() => [...document.querySelectorAll("[role=dialog] h2")].some((each) => each.textContent === "It is in"));
  });
  await page.getByRole("button", { name: "Bring it in" }).click();
  return { written: await page.evaluate(() => globalThis.benchReached), progress: await page.evaluate(() => globalThis.benchProgress) };
}
