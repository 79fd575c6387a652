import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { conversationsOf } from "./packets.ts";
import type { Wire } from "./wire.ts";

/** Captures what passes the loopback interface at a port; `null` where tcpdump is missing or may not. */
export async function captureAt(port: number): Promise<Wire | null> {
  const folder = await mkdtemp(path.join(tmpdir(), "lifeos-capture-"));
  const file = path.join(folder, "loopback.pcap");
  const tcpdump = spawn("tcpdump", ["-i", "lo", "--immediate-mode", "-U", "-n", "-s", "0", "-B", "65536", "-Z", "root", "-w", file, `tcp port ${port}`], { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  const ends = new Promise<"ended">((resolve) => tcpdump.once("exit", () => resolve("ended")).once("error", () => resolve("ended")));
  const listens = new Promise<"listens">((resolve) =>
    tcpdump.stderr.on("data", (part: Buffer) => {
      said += part.toString();
      if (said.includes("listening on")) resolve("listens");
    }),
  );
  if ((await Promise.race([listens, ends])) === "ended") {
    await rm(folder, { recursive: true, force: true });
    return null;
  }
  return {
    kind: "capture",
    boxPort: port,
    end: async () => {
      await passes(port, file);
      const gone = once(tcpdump, "close");
      tcpdump.kill("SIGINT");
      await gone;
      const lost = /(\d+) packets? dropped by kernel/.exec(said)?.[1];
      if (lost !== "0") throw new Error(`the capture is not whole: ${said}`);
      const packets = await readFile(file);
      await rm(folder, { recursive: true, force: true });
      return conversationsOf(packets, port);
    },
  };
}

const passes_within_ms = 20_000;

/** Says something at the port and waits until the capture has it: all that was said before is then in it too. */
async function passes(port: number, file: string): Promise<void> {
  const mark = randomBytes(16).toString("hex");
  const socket = connect(port, "127.0.0.1", () => socket.write(`GET /health HTTP/1.1\r\nhost: localhost:${port}\r\nx-mark: ${mark}\r\nconnection: close\r\n\r\n`));
  socket.resume();
  await once(socket, "close");
  for (const since = Date.now(); Date.now() < since + passes_within_ms; await pause(50)) {
    if ((await readFile(file)).includes(mark)) return;
  }
  throw new Error("the capture does not hear what is said at the port");
}
