import { freePort } from "../port.ts";
import { captureAt } from "./capture.ts";
import { hopBefore } from "./hop.ts";

/** What went through one connection to the box, in both directions, byte for byte. */
export type Conversation = { toBox: Buffer; fromBox: Buffer };

/** Hears all that travels between browsers and a box. */
export type Wire = {
  /** How it hears: by a capture of the loopback interface, or as a hop that everything passes through. */
  kind: "capture" | "hop";
  /** Where the box is to listen, so that what is said at the origin's port is heard. */
  boxPort: number;
  /** Stops listening and returns every conversation. */
  end: () => Promise<Conversation[]>;
};

/** A capture where this machine allows one (tcpdump, and the right to use it), a hop otherwise. */
export async function listenAt(port: number): Promise<Wire> {
  const capture = process.env["LIFEOS_E2E_WIRE"] === "hop" ? null : await captureAt(port);
  return capture ?? hopBefore(port, await freePort());
}
