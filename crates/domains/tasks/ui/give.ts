import type { TaskDetailView, useWords } from "@lifeos/core";

/** A task as text, for another app: title, when, checklist, notes. */
export function textOf(task: TaskDetailView, words: ReturnType<typeof useWords>): string {
  const { row } = task;
  const when = row.deadline ?? row.due ?? row.scheduled?.start;
  const checklist = task.checklist.map((item) => `${item.done ? "[x]" : "[ ]"} ${item.text}`).join("\n");
  return [when ? `${row.title} (${words.longWhen(when)})` : row.title, checklist, task.notes.trim()].filter(Boolean).join("\n\n");
}

/** Whether this browser hands texts to other apps. */
export function canShare(): boolean {
  return "share" in navigator;
}

/** Hands a text to another app that the person chooses, or else to the clipboard. */
export async function give(text: string): Promise<"shared" | "copied" | "failed"> {
  try {
    if (canShare()) await navigator.share({ text });
    else await navigator.clipboard.writeText(text);
    return canShare() ? "shared" : "copied";
  } catch (error) {
    // Who closes the window of apps has decided something, and nothing has failed.
    return error instanceof DOMException && error.name === "AbortError" ? "shared" : "failed";
  }
}
