/**
 * Returns what came after, with every part that is as it was before in place of its copy: who draws
 * it can tell by a look what has changed. Both are plain JSON.
 */
export function share<T>(before: unknown, after: T): T {
  if (Object.is(before, after)) return after;
  if (typeof before !== "object" || typeof after !== "object" || before === null || after === null) return after;
  if (Array.isArray(after)) return Array.isArray(before) ? (shareList(before, after) as T) : after;
  if (Array.isArray(before)) return after;
  const old = before as Record<string, unknown>;
  const shared: Record<string, unknown> = {};
  let isSame = Object.keys(old).length === Object.keys(after).length;
  for (const [name, value] of Object.entries(after)) {
    shared[name] = share(old[name], value);
    isSame &&= name in old && Object.is(shared[name], old[name]);
  }
  return (isSame ? before : shared) as T;
}

/** Records keep their names when others come between them; anything else keeps its place. */
function shareList(before: readonly unknown[], after: readonly unknown[]): readonly unknown[] {
  const named = new Map(before.map((each) => [nameOf(each), each]));
  const shared = after.map((each, at) => {
    const name = nameOf(each);
    return share(name === undefined ? before[at] : named.get(name), each);
  });
  const isSame = before.length === shared.length && shared.every((each, at) => Object.is(each, before[at]));
  return isSame ? before : shared;
}

function nameOf(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null || !("id" in value)) return undefined;
  return typeof value.id === "string" ? value.id : undefined;
}
