import { CallFailed, type ReadingOptions, type Readout } from "../client";
import type { FromReader, ToReader } from "./messages";

export type ReaderLike = {
  postMessage(message: ToReader): void;
  onmessage: ((event: MessageEvent<FromReader>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
  onmessageerror: ((event: MessageEvent) => void) | null;
  terminate(): void;
};

/** How long a file may be read before its worker is ended: minutes for what takes seconds. */
export const longest_ms = 120_000;

/** Has a fresh worker read one file, and ends it whatever comes of that. */
export function readBy(begin: () => ReaderLike, asked: ToReader, { signal, onProgress }: ReadingOptions): Promise<Readout> {
  if (signal.aborted) return Promise.reject(failed("cancelled"));
  return new Promise<Readout>((resolve, reject) => {
    const worker = begin();
    const end = () => {
      clearTimeout(late);
      signal.removeEventListener("abort", cancelled);
      worker.onmessage = null;
      worker.terminate();
    };
    const fail = (code: string) => {
      end();
      reject(failed(code));
    };
    const cancelled = () => fail("cancelled");
    const late = setTimeout(() => fail("readerSlow"), longest_ms);
    signal.addEventListener("abort", cancelled);
    worker.onerror = (event) => {
      event.preventDefault();
      fail("readerDied");
    };
    worker.onmessageerror = () => fail("readerDied");
    worker.onmessage = ({ data }) => {
      switch (data.type) {
        case "progress":
          return onProgress(data);
        case "refused":
          return fail(data.code);
        case "read":
          end();
          return resolve({ imported: data.imported, content: data.content });
      }
    };
    worker.postMessage(asked);
  });
}

function failed(detail: string): CallFailed {
  return new CallFailed({ code: "import", detail });
}
