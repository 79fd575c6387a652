import { afterEach, expect, test, vi } from "vitest";
import { openFolder } from "./opfs";

afterEach(() => vi.unstubAllGlobals());

/** A browser whose files are opened so. */
function opens(createSyncAccessHandle: ((options?: { mode: string }) => Promise<unknown>) | undefined) {
  const file = { createSyncAccessHandle };
  const folder = { getFileHandle: async () => file };
  vi.stubGlobal("navigator", { storage: { getDirectory: async () => ({ getDirectoryHandle: async () => folder }) } });
}
const handle = (mode?: string) => ({ mode, close: () => {}, getSize: () => 0 });
const refuses = (name: string) => Promise.reject(new DOMException("", name));

test("a browser that knows of sharing shares, and one that does not know does not", async () => {
  opens(async (options) => handle(options?.mode));
  expect((await openFolder("x"))?.shares).toBe(true);
  opens(async () => handle());
  expect((await openFolder("x"))?.shares).toBe(false);
});

test("a browser whose files no worker can open has no folder", async () => {
  opens(() => refuses("NotSupportedError"));
  expect(await openFolder("x")).toBeNull();
  opens(undefined);
  expect(await openFolder("x")).toBeNull();
});

test.each(["NoModificationAllowedError", "InvalidStateError"])("a file that is open elsewhere is waited for (%s)", async (name) => {
  const refusals = [name, name];
  opens(() => {
    const refusal = refusals.pop();
    return refusal === undefined ? Promise.resolve(handle()) : refuses(refusal);
  });
  const folder = await openFolder("x");
  expect(folder?.shares).toBe(false);
  expect((await folder?.open("term"))?.size()).toBe(0);
});
