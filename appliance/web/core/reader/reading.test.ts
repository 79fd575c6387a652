import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { CallFailed } from "../client";
import type { FromReader, ReadingPhase, ToReader } from "./messages";
import { longest_ms, type ReaderLike, readBy } from "./reading";

class FakeReader implements ReaderLike {
  onmessage: ReaderLike["onmessage"] = null;
  onerror: ReaderLike["onerror"] = null;
  onmessageerror: ReaderLike["onmessageerror"] = null;
  asked: ToReader[] = [];
  ended = 0;
  postMessage(message: ToReader) {
    this.asked.push(message);
  }
  terminate() {
    this.ended += 1;
  }
  says(data: FromReader) {
    this.onmessage?.(new MessageEvent("message", { data }));
  }
}

const asked = { file: new File(["x"], "backup.zip"), module: {} as WebAssembly.Module };

function begin(signal = new AbortController().signal) {
  const worker = new FakeReader();
  const phases: ReadingPhase[] = [];
  const read = readBy(() => worker, asked, { signal, onProgress: (phase) => phases.push(phase) });
  const failure = read.then(() => null, (failed: CallFailed) => failed.problem);
  return { worker, phases, read, failure };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("a file is given to a worker with nothing but the code to read it, and the worker ends with it", async () => {
  const { worker, phases, read } = begin();
  expect(worker.asked).toEqual([asked]);
  expect(Object.keys(worker.asked[0] ?? {})).toEqual(["file", "module"]);
  worker.says({ type: "progress", phase: "fetching", done: 1, of: 1 });
  worker.says({ type: "progress", phase: "understanding" });
  const imported = new ArrayBuffer(3);
  worker.says({ type: "read", imported, content: "00" });
  expect(await read).toEqual({ imported, content: "00" });
  expect(phases.map(({ phase }) => phase)).toEqual(["fetching", "understanding"]);
  expect(worker.ended).toBe(1);
});

test("a refusal is told by its word, and the worker ends", async () => {
  const { worker, failure } = begin();
  worker.says({ type: "refused", code: "damagedArchive" });
  expect(await failure).toEqual({ code: "import", detail: "damagedArchive" });
  expect(worker.ended).toBe(1);
});

test("a worker that dies is told of, and what it says after that is not heard", async () => {
  const { worker, failure, phases } = begin();
  worker.onerror?.(new ErrorEvent("error", { message: "out of memory" }));
  worker.says({ type: "progress", phase: "understanding" });
  expect(await failure).toEqual({ code: "import", detail: "readerDied" });
  expect(phases).toEqual([]);
  expect(worker.ended).toBe(1);
});

test("a worker that does not come to an end is ended", async () => {
  const { worker, failure } = begin();
  vi.advanceTimersByTime(longest_ms - 1);
  expect(worker.ended).toBe(0);
  vi.advanceTimersByTime(1);
  expect(await failure).toEqual({ code: "import", detail: "readerSlow" });
  expect(worker.ended).toBe(1);
});

test("what is cancelled ends its worker at once, and before it begins needs none", async () => {
  const cancel = new AbortController();
  const { worker, failure } = begin(cancel.signal);
  cancel.abort();
  expect(await failure).toEqual({ code: "import", detail: "cancelled" });
  expect(worker.ended).toBe(1);
  const late = begin(cancel.signal);
  expect(await late.failure).toEqual({ code: "import", detail: "cancelled" });
  expect(late.worker.asked).toEqual([]);
});
