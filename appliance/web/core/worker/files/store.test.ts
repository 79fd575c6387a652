import { describe, expect, test } from "vitest";
import { MemoryFolder } from "./memory-folder";
import { layOut, lengthOf, locate, readSegment, segmentName } from "./segments";
import { Store, Superseded } from "./store";

const journal = "journal-00000000";
const text = (value: string) => new TextEncoder().encode(value) as Uint8Array<ArrayBuffer>;
const said = (bytes: Uint8Array | null | undefined) => bytes && new TextDecoder().decode(bytes);
const append = (offset: number, value: string, file = journal) => ({ type: "append" as const, file, offset, bytes: text(value) });
async function content(store: Store, file = journal): Promise<string | undefined> {
  const [found] = await store.read([file]);
  return said(found?.[1]) ?? undefined;
}

describe("files", () => {
  test("what was acknowledged is there after a kill, in the order written", async () => {
    const folder = new MemoryFolder();
    const store = await Store.open(folder, false);
    expect(await store.write([append(0, "one"), append(0, "other", "journal-00000001"), append(3, "two")])).toBe("");
    expect(await store.write([{ type: "truncate", file: journal, length: 4 }, append(4, "x"), { type: "remove", file: "journal-00000001" }])).toBe("");
    const after = await Store.open(folder.kill(), false);
    expect(after.names()).toEqual([journal]);
    expect(await content(after)).toBe("onetx");
    expect(said(await after.readPart(journal, 1, 3))).toBe("net");
    expect(await after.readPart(journal, 3, 3)).toBeNull();
  });

  test("a write beyond the end fails, and one without room says so", async () => {
    const folder = new MemoryFolder();
    const store = await Store.open(folder, false);
    expect(await store.write([append(1, "x")])).toBe("failed");
    folder.room = 2;
    expect(await store.write([append(0, "three")])).toBe("full");
  });

  test("a superseded leader acknowledges nothing, and nothing that it writes is ever read", async () => {
    const folder = new MemoryFolder();
    const frozen = await Store.open(folder, false);
    await frozen.write([append(0, "before")]);
    const leader = await Store.open(folder, true);
    await expect(frozen.write([append(6, "ghost")])).rejects.toBeInstanceOf(Superseded);
    await expect(frozen.write([append(0, "a ghost's new file", "snapshot-00000009")])).rejects.toBeInstanceOf(Superseded);
    expect(await leader.write([append(6, " and after")])).toBe("");
    await expect(frozen.write([append(11, "more")])).rejects.toBeInstanceOf(Superseded);
    const next = await Store.open(folder.kill(), false);
    expect(next.names()).toEqual([journal]);
    expect(await content(next)).toBe("before and after");
  });

  test("what a frozen leader had written but not flushed is flushed before it is built upon", async () => {
    const folder = new MemoryFolder();
    await (await Store.open(folder, false)).write([append(0, "kept")]);
    const [name] = [...(await folder.list()).keys()].filter((each) => each.startsWith(journal));
    (await folder.open(name ?? "")).write(text("!"), 4); // the frozen leader's, not flushed
    const leader = await Store.open(folder, true);
    expect(await leader.write([append(5, "on")])).toBe("");
    expect(await content(await Store.open(folder.kill(), false))).toBe("kept!on");
  });

  test("terms follow one another, each cutting off the one before", async () => {
    const folder = new MemoryFolder();
    const stores = [await Store.open(folder, false)];
    let written = "";
    for (let turn = 0; turn < 4; turn++) {
      const store = stores.at(-1);
      await store?.write([append(written.length, `${turn}`)]);
      written += `${turn}`;
      stores.push(await Store.open(folder, true));
    }
    expect(await content(stores.at(-1) as Store)).toBe(written);
    for (const old of stores.slice(0, -1)) expect(await old.write([append(written.length, "ghost")]).catch(() => "superseded")).not.toBe("");
    expect(await content(await Store.open(folder.kill(), false))).toBe(written);
  });
});

describe("a file that is replaced", () => {
  const replace = (value: string) => ({ type: "replace" as const, file: journal, bytes: text(value) });
  const named = async (folder: MemoryFolder) => [...(await folder.list()).keys()].filter((name) => name.startsWith(journal));

  test("is the old or the new one whenever it is cut, and nothing of the old is left", async () => {
    const folder = new MemoryFolder();
    const store = await Store.open(folder, false);
    await store.write([append(0, "a "), append(2, "secret")]);
    const before = folder.kill();
    expect(await store.write([replace("nothing"), append(0, "k", "keys-00000000")])).toBe("");
    expect(await content(store)).toBe("nothing");
    expect(said(await store.readPart(journal, 2, 4))).toBe("thin");
    const [whole = "", ...more] = await named(folder);
    expect(more).toEqual([]);
    expect(await content(await Store.open(folder.kill(), true))).toBe("nothing");
    const bytes = folder.flushed.get(whole) as Uint8Array<ArrayBuffer>;
    for (let cut = 0; cut <= bytes.length; cut++) {
      const torn = before.kill();
      (await torn.open(whole)).write(bytes.slice(0, cut), 0);
      const after = await Store.open(torn, cut % 2 === 0);
      expect(await content(after)).toBe(cut < bytes.length ? "a secret" : "nothing");
      expect((await named(torn)).length).toBe(1);
    }
  });

  test("by a superseded leader stays as it was", async () => {
    const folder = new MemoryFolder();
    const frozen = await Store.open(folder, false);
    await frozen.write([append(0, "before")]);
    const leader = await Store.open(folder, true);
    await expect(frozen.write([replace("ghost")])).rejects.toBeInstanceOf(Superseded);
    expect(await leader.write([append(6, " and after")])).toBe("");
    expect(await content(await Store.open(folder.kill(), false))).toBe("before and after");
  });
});

describe("the vault", () => {
  test("is the old or the new one whenever it is cut", async () => {
    const folder = new MemoryFolder();
    const store = await Store.open(folder, false);
    await store.writeVault(text("first"));
    const before = folder.kill();
    await store.writeVault(text("second"));
    expect(said(await store.readVault())).toBe("second");
    const second = folder.flushed.get("vault.1.2") as Uint8Array<ArrayBuffer>;
    for (let cut = 0; cut < second.length; cut++) {
      const torn = before.kill();
      const access = await torn.open("vault.1.2");
      access.write(second.slice(0, cut), 0);
      expect(said(await (await Store.open(torn, false)).readVault())).toBe("first");
    }
  });

  test("is erased with the files", async () => {
    const folder = new MemoryFolder();
    const store = await Store.open(folder, false);
    await store.write([append(0, "x")]);
    await store.writeVault(text("v"));
    expect(await store.eraseAll()).toBe("");
    expect([...(await folder.list()).keys()]).toEqual(["term"]);
    expect(await (await Store.open(folder, false)).readVault()).toBeUndefined();
  });
});

test("a segment's name reads back, and a hole ends the file", () => {
  const segment = readSegment(segmentName(journal, 3, 7, 120), 10);
  expect(segment).toEqual({ name: `${journal}.3.7.120`, file: journal, term: 3, turn: 7, start: 120, size: 10, skip: 0 });
  for (const bad of ["term", "vault.1.2", `${journal}.3.7`, "probe", `${journal}.3.7.x`]) expect(readSegment(bad, 1)).toBeNull();
  const of = (term: number, start: number, size: number) => ({ name: `${term}`, file: journal, term, turn: term, start, size, skip: 0 });
  expect(lengthOf(layOut([of(2, 5, 5), of(1, 0, 8)]))).toBe(10);
  expect(lengthOf(layOut([of(2, 9, 5), of(1, 0, 8)]))).toBe(8);
  expect(locate(layOut([of(1, 0, 8), of(2, 5, 5)]), 3, 4)).toEqual([{ name: "1", from: 3, to: 5 }, { name: "2", from: 0, to: 2 }]);
});
