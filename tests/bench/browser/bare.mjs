/** A page that does the least: a line typed becomes a line of a list; a message becomes a durable write. */
const input = document.querySelector("input");
input.addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  const row = document.createElement("li");
  row.textContent = input.value;
  document.querySelector("ul").prepend(row);
  input.value = "";
});

let worker;

/** Milliseconds from asking the worker to its word that it is done. */
async function ask(message) {
  if (!worker) {
    worker = new Worker("./bare-worker.mjs", { type: "module" });
    await new Promise((resolve) => worker.addEventListener("message", resolve, { once: true }));
  }
  const heard = new Promise((resolve) => worker.addEventListener("message", resolve, { once: true }));
  const from = performance.now();
  worker.postMessage(message);
  await heard;
  return performance.now() - from;
}

/** So many bytes are written. */
window.writeBare = (bytes) => ask(new Uint8Array(bytes));

/** A file is fetched, parsed and stored. */
window.takeBare = (url) => ask({ url });
