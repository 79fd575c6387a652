/** A page that does the least: a line typed becomes a line of a list; a message becomes a durable write. */
const input = document.querySelector("input");
input.addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  const row = document.createElement("li");
  row.textContent = input.value;
  document.querySelector("ul").prepend(row);
  input.value = "";
});

/** Milliseconds from asking a worker for so many bytes to be written to its word that they are durable. */
let worker;
window.writeBare = async (bytes) => {
  if (!worker) {
    worker = new Worker("./bare-worker.mjs", { type: "module" });
    await new Promise((resolve) => worker.addEventListener("message", resolve, { once: true }));
  }
  const heard = new Promise((resolve) => worker.addEventListener("message", resolve, { once: true }));
  const from = performance.now();
  worker.postMessage(new Uint8Array(bytes));
  await heard;
  return performance.now() - from;
};
