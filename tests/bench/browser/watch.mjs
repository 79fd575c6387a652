/** Runs in the page before its own scripts: hears what goes to its worker and when frames are shown. */
export function watch() {
  const asked = new Map();
  globalThis.benchDurable = [];
  globalThis.Worker = class extends Worker {
    constructor(...given) {
      super(...given);
      this.addEventListener("message", ({ data }) => {
        for (const { type, id } of data) {
          if (type !== "answer" || !asked.has(id)) continue;
          globalThis.benchDurable.push(performance.now() - asked.get(id));
          asked.delete(id);
        }
      });
    }
    postMessage(message, ...more) {
      if (message?.call?.type === "do") asked.set(message.id, performance.now());
      super.postMessage(message, ...more);
    }
  };

  /** The time at which a frame was made that shows what `find` finds; it looks after each change of the page. */
  globalThis.benchShown = (find) =>
    new Promise((resolve) => {
      const look = () => {
        if (!find()) return false;
        observer.disconnect();
        // The frame's own callback runs before it is painted; a task after it runs behind. One of the
        // highest priority: what came meanwhile and waits has no part in that frame.
        requestAnimationFrame(() => void scheduler.postTask(() => resolve(performance.now()), { priority: "user-blocking" }));
        return true;
      };
      const observer = new MutationObserver(look);
      observer.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
      look();
    });

  /** The first screen with a heading and something to do, and when it was shown. */
  const first = () => {
    const heading = document.querySelector("h1")?.textContent;
    const todo = document.querySelector("main button:not(:disabled), main input:not(:disabled), body > button");
    return heading && todo ? heading : null;
  };
  globalThis.benchUsable = globalThis.benchShown(first).then((at) => ({ shown: first(), at }));

  /** From the next click to the frame in which `find` finds something; `benchReached` is the promise of it. */
  globalThis.benchFromClick = (find) => {
    globalThis.benchReached = new Promise((resolve) => {
      const clicked = () => {
        const from = performance.now();
        void globalThis.benchShown(find).then((at) => resolve(at - from));
      };
      window.addEventListener("click", clicked, { capture: true, once: true });
    });
  };

  globalThis.benchHeading = (...names) => [...document.querySelectorAll("h1")].some((each) => names.includes(each.textContent));

  /** Whether Today is shown with a row, and beside the places what was counted elsewhere. */
  globalThis.benchCounted = (counts) => {
    const link = (place) => document.querySelector(`nav a[href="/${place}"]`)?.textContent ?? "";
    const is = (place) => (/\d+$/.exec(link(place))?.[0] ?? "0") === String(counts[place]);
    return globalThis.benchHeading("Today") && ["today", "inbox", "next", "waiting"].every(is) && document.querySelector("main [role=row]") !== null;
  };

  /** From Enter to the frame that shows the text. */
  globalThis.benchEnter = (text) => {
    globalThis.benchEntered = new Promise((resolve) => {
      const entered = (event) => {
        if (event.key !== "Enter") return;
        window.removeEventListener("keydown", entered, true);
        const from = performance.now();
        const row = () => [...document.querySelectorAll("[role=row], li")].some((each) => each.textContent.includes(text));
        void globalThis.benchShown(row).then((at) => resolve(at - from));
      };
      window.addEventListener("keydown", entered, true);
    });
  };
}

/** Milliseconds from the beginning of the navigation to a frame with the heading and something to do. */
export async function usable(page, heading) {
  const { shown, at } = await page.evaluate(() => globalThis.benchUsable);
  if (shown !== heading) throw new Error(`the first screen is ${shown}, not ${heading}`);
  return at;
}
