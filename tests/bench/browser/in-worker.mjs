/** What is measured in a worker around the product's own crates. */
import { browse } from "./chromium.mjs";

/** One measurement in a worker of its own, as each start of the product is in one. */
const inWorker = (page, measurement, input) =>
  page.evaluate(
    ({ measurement, input }) =>
      new Promise((resolve, reject) => {
        const worker = new Worker("./worker.mjs", { type: "module" });
        worker.onerror = (event) => reject(new Error(event.message));
        worker.onmessage = ({ data }) => {
          if (data.ready) return worker.postMessage({ measurement, input });
          worker.terminate();
          if (data.error) reject(new Error(data.error));
          else resolve(data.value);
        };
      }),
    { measurement, input },
  );

/** The whole log, each way. */
export const log = ({ origin, changes, rounds }) =>
  browse(async (_, page) => {
    await page.goto(origin);
    return inWorker(page, "log", { changes, rounds });
  });

/** The start from files, and the lists. */
export const start = ({ origin, local, names, bare, rounds }) =>
  browse(async (_, page) => {
    await page.goto(origin);
    await inWorker(page, "store", { names: [...names, bare] });
    const ours = [];
    const bareMs = [];
    for (let round = 0; round < rounds; round += 1) {
      ours.push(await inWorker(page, "start", { local, names }));
      bareMs.push(await inWorker(page, "bareStart", { name: bare }));
    }
    return { ours, bare: bareMs, lists: await inWorker(page, "lists", { local, names, bare, rounds }) };
  });
