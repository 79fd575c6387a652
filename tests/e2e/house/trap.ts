import { once } from "node:events";
import { createServer, type Server } from "node:net";

/**
 * Whom Chromium asks on its own account, whatever page is open: for updates, for a sign-in to the
 * browser, for hints on how to fill forms, for a place to be pushed to. Whole names, so that no page hides behind them.
 */
const ownHosts = new Set(["accounts.google.com", "android.clients.google.com", "clients2.google.com", "clientservices.googleapis.com", "content-autofill.googleapis.com", "optimizationguide-pa.googleapis.com", "redirector.gvt1.com", "update.googleapis.com", "www.google.com"]);

/** A proxy that leads nowhere: each request of a browser that is not for its box ends here, and is noted. */
export class Trap {
  /** The first lines of what was caught, as `CONNECT example.org:443 HTTP/1.1`. */
  readonly caught: string[] = [];

  private constructor(private readonly server: Server, readonly address: string) {}

  static async open(): Promise<Trap> {
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("the trap has no port");
    const trap = new Trap(server, `127.0.0.1:${address.port}`);
    server.on("connection", (socket) => {
      socket.on("error", () => {});
      socket.once("data", (part) => {
        const line = part.toString("latin1").split("\r\n")[0] ?? "";
        if (!ownHosts.has(/^[A-Z]+ (?:[a-z]+:\/\/)?([^:/ ]+)/.exec(line)?.[1] ?? "")) trap.caught.push(line);
        socket.end("HTTP/1.1 502 Nowhere\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
      });
    });
    return trap;
  }

  close(): void {
    this.server.close();
  }
}
