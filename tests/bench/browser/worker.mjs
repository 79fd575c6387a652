/** The worker in which what runs in WebAssembly is timed. Each message is one measurement. */
import init, * as work from "./lifeos.js";

await init({ module_or_path: "./lifeos_bg.wasm" });

const folder = async () => (await navigator.storage.getDirectory()).getDirectoryHandle("bench", { create: true });

/** Milliseconds that something takes. */
async function timed(act) {
  const from = performance.now();
  const value = await act();
  return { ms: performance.now() - from, value };
}

/** As the product's store reads a whole file (core/worker/files/opfs.ts). */
async function read(name) {
  const handle = await (await (await folder()).getFileHandle(name)).createSyncAccessHandle({ mode: "readwrite-unsafe" });
  try {
    const bytes = new Uint8Array(handle.getSize());
    handle.read(bytes, { at: 0 });
    return bytes;
  } finally {
    handle.close();
  }
}

const measurements = {
  /** Puts files into the private file system, to be started from. */
  async store({ names }) {
    for (const name of names) {
      const bytes = new Uint8Array(await (await fetch(`./files/${name}`)).arrayBuffer());
      const handle = await (await (await folder()).getFileHandle(name, { create: true })).createSyncAccessHandle();
      handle.truncate(0);
      handle.write(bytes, { at: 0 });
      handle.flush();
      handle.close();
    }
  },

  /** Folds the whole log, each way in turn. */
  async log({ changes, rounds }) {
    work.make_log(changes);
    const singly = [];
    const segments = [];
    for (let round = 0; round < rounds; round += 1) {
      singly.push((await timed(() => work.fold_log(false))).ms);
      segments.push((await timed(() => work.fold_log(true))).ms);
    }
    return { singly, segments };
  },

  /** From files to the first screen. The module is compiled already: that is part of another row. */
  async start({ local, names }) {
    const { ms } = await timed(async () => {
      const contents = [];
      for (const name of names) contents.push(await read(name));
      return work.start(new Uint8Array(local), names, contents);
    });
    return ms;
  },

  /** The same tasks as plain JSON, which is opened by nothing and verified by nobody. */
  async bareStart({ name }) {
    const { ms } = await timed(async () => JSON.parse(new TextDecoder().decode(await read(name))).length);
    return ms;
  },

  /** Every question in turn, over the engine that `start` left. */
  async lists({ local, names, bare, rounds }) {
    await measurements.start({ local, names });
    const tasks = JSON.parse(new TextDecoder().decode(await read(bare)));
    const asked = work.questions().map((name) => ({ name, ms: [] }));
    const sorted = [];
    for (let round = 0; round < rounds; round += 1) {
      for (const [at, question] of asked.entries()) question.ms.push((await timed(() => work.ask(at))).ms);
      sorted.push((await timed(() => firstByTitle(tasks))).ms);
    }
    return { asked, sorted };
  },
};

/** What a page without a core would do: sort everything by title and draw the first hundred. */
function firstByTitle(tasks) {
  const titled = tasks.map((task) => ({ task, title: task.title.normalize("NFKD").toLowerCase() }));
  titled.sort((a, b) => (a.title < b.title ? -1 : a.title > b.title ? 1 : 0));
  return JSON.stringify(titled.slice(0, 100).map(({ task }) => task));
}

self.onmessage = async ({ data: { measurement, input } }) => {
  try {
    self.postMessage({ value: (await measurements[measurement](input)) ?? null });
  } catch (error) {
    self.postMessage({ error: String(error?.stack ?? error) });
  }
};
self.postMessage({ ready: true });
