/** What another app gives: each may be empty. */
export type SharedText = { title: string; text: string; url: string };

/** What the page asks the service worker. */
export const sharedQuestion = "lifeos.shared";

/** Where the manifest says that other apps put what they share. */
export const share_path = "/share";

/** The first line becomes the title, the rest and the address the notes. */
export function taskOf({ title, text, url }: SharedText): { title: string; notes: string } {
  const lines = text.trim().split(/\r?\n/);
  const named = title.trim() || (lines.shift() ?? "").trim();
  const address = url.trim();
  const rest = [lines.join("\n").trim(), address === "" || text.includes(address) || named === address ? "" : address].filter(Boolean);
  return { title: named || address, notes: named === "" ? "" : rest.join("\n\n") };
}
