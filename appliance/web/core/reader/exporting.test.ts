import { expect, test, vi } from "vitest";
import type { Call, Reply } from "../contract/api";
import { type Core, type ExportFailed, type ExportPhase, exportBy, longest_ms, type PackerLike } from "./exporting";
import type { FromPacker, ToPacker } from "./messages";

/** A packer that takes what it is given and says what it is told to. */
class FakePacker implements PackerLike {
  onmessage: PackerLike["onmessage"] = null;
  onerror: PackerLike["onerror"] = null;
  onmessageerror: PackerLike["onmessageerror"] = null;
  given: ToPacker[] = [];
  ended = 0;
  constructor(readonly answer: (message: ToPacker) => FromPacker | null) {}
  postMessage(message: ToPacker) {
    this.given.push(message);
    const data = this.answer(message);
    if (data) queueMicrotask(() => this.onmessage?.(new MessageEvent("message", { data })));
  }
  terminate() {
    this.ended += 1;
  }
}

const verified = { madeAt: "", product: "", space: "00", portion: { type: "all" }, files: 6, tasks: 1204, events: 5, notShown: 0 };
const willing = (message: ToPacker): FromPacker => (message.type === "finish" ? { type: "packed", archive: new ArrayBuffer(4), verified: JSON.stringify(verified) } : { type: "taken" });
const all = { events: true, csv: true, todoTxt: true, calendars: true, markdown: true };

/** A core of three pages. */
function core(calls: Call[] = []): Core {
  const pages = [
    { page: "AQ", changes: 512, of: 1100, next: { device: "aa", counter: 512 } },
    { page: "Ag", changes: 512, of: 1100, next: { device: "bb", counter: 7 } },
    { page: "Aw", changes: 76, of: 1100, next: null },
  ];
  return {
    async expect(kind: Reply["type"], call: Call) {
      calls.push(call);
      const reply = kind === "tasksOut" ? { type: "tasksOut", space: "00", items: "oA" } : { type: "eventsOut", ...pages.shift() };
      return reply as never;
    },
  };
}

function begin(packer: FakePacker, from: Core, formats = all, signal = new AbortController().signal) {
  const phases: ExportPhase[] = [];
  const module = {} as WebAssembly.Module;
  const made = exportBy(() => packer, from, module, { portion: { type: "all" }, formats, product: "0.1.0", now_ms: 5, signal, onProgress: (phase) => phases.push(phase) });
  const failure = made.then(() => null, (failed: ExportFailed) => failed.failure.code);
  return { made, failure, phases };
}

test("what leaves is given first, then each page where the one before ended, and the archive comes back", async () => {
  const packer = new FakePacker(willing);
  const calls: Call[] = [];
  const { made, phases } = begin(packer, core(calls));
  const { archive, verified: told } = await made;
  expect(archive.byteLength).toBe(4);
  expect(told.tasks).toBe(1204);
  expect(packer.given.map((message) => message.type)).toEqual(["export", "events", "events", "events", "finish"]);
  expect(calls.slice(1)).toEqual([null, { device: "aa", counter: 512 }, { device: "bb", counter: 7 }].map((after) => ({ type: "eventsOut", after })));
  expect(phases).toEqual([
    { phase: "collecting", done: 512, of: 1100 },
    { phase: "collecting", done: 1024, of: 1100 },
    { phase: "collecting", done: 1100, of: 1100 },
    { phase: "packing" },
  ]);
  expect(packer.ended).toBe(1);
});

test("without the format of events none are asked for", async () => {
  const packer = new FakePacker(willing);
  const calls: Call[] = [];
  await begin(packer, core(calls), { ...all, events: false }).made;
  expect(calls.map((call) => call.type)).toEqual(["tasksOut"]);
});

test("an export that is not right when it is read back is not handed over", async () => {
  const failure = { code: "differs", file: "todo.txt", place: 3 };
  const packer = new FakePacker((message) => (message.type === "finish" ? { type: "failed", failure: JSON.stringify(failure) } : { type: "taken" }));
  await expect(begin(packer, core()).made).rejects.toMatchObject({ failure });
  expect(packer.ended).toBe(1);
});

test("a worker that dies is told of, and so is one that takes too long", async () => {
  const dying = new FakePacker(() => null);
  const { failure } = begin(dying, core());
  await vi.waitFor(() => expect(dying.given).toHaveLength(1));
  dying.onerror?.(new ErrorEvent("error", { message: "out of memory" }));
  expect(await failure).toBe("readerDied");
  expect(dying.ended).toBe(1);

  vi.useFakeTimers();
  const slow = new FakePacker(() => null);
  const late = begin(slow, core());
  await vi.advanceTimersByTimeAsync(longest_ms);
  expect(await late.failure).toBe("readerSlow");
  vi.useRealTimers();
});

test("an export that is cancelled ends its worker", async () => {
  const packer = new FakePacker(() => null);
  const turn = new AbortController();
  const { failure } = begin(packer, core(), all, turn.signal);
  await vi.waitFor(() => expect(packer.given).toHaveLength(1));
  turn.abort();
  expect(await failure).toBe("cancelled");
  expect(packer.ended).toBe(1);
});
