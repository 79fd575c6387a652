import type { Failure } from "../effects";

/** What stands in where the browser stores nothing for this page: every write fails, and says so. */
export const noStore = {
  names: (): string[] => [],
  readVault: async (): Promise<Uint8Array<ArrayBuffer> | undefined> => undefined,
  write: async (): Promise<Failure> => "failed",
  writeVault: async (): Promise<Failure> => "failed",
  read: async (): Promise<[string, Uint8Array<ArrayBuffer>][]> => [],
  readPart: async (): Promise<Uint8Array<ArrayBuffer> | null> => null,
  eraseAll: async (): Promise<Failure> => "",
  settled: async (): Promise<void> => {},
};
