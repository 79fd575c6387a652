import { useEffect } from "react";

/** What takes files, once its code is here, and what was handed over before. */
let taker: ((file: File) => void) | null = null;
let waiting: File | null = null;

/** A file is to be imported, by whatever way it came. */
export function handOver(file: File): void {
  if (taker) taker(file);
  else waiting = file;
}

/** Takes each file that is handed over, also one that is waiting. */
export function takeFiles(take: (file: File) => void): () => void {
  taker = take;
  const first = waiting;
  waiting = null;
  if (first) take(first);
  return () => {
    taker = null;
  };
}

export function carriesFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes("Files") ?? false;
}

/** A file that is dropped anywhere on the window is handed over, and not opened by the browser. */
export function useDroppedFiles(): void {
  useEffect(() => {
    const over = (event: DragEvent) => {
      if (carriesFiles(event)) event.preventDefault();
    };
    const drop = (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      const file = event.dataTransfer?.files[0];
      if (file) handOver(file);
    };
    window.addEventListener("dragover", over);
    window.addEventListener("drop", drop);
    return () => {
      window.removeEventListener("dragover", over);
      window.removeEventListener("drop", drop);
      waiting = null;
    };
  }, []);
}
