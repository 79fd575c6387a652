import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { Conversation, Wire } from "./wire.ts";

/** Stands at the origin's port, hands every byte on to the box and keeps a copy of it. */
export async function hopBefore(port: number, boxPort: number): Promise<Wire> {
  const heard: { toBox: Buffer[]; fromBox: Buffer[] }[] = [];
  const server = createServer((browser) => {
    const box = connect(boxPort, "127.0.0.1");
    const conversation = { toBox: [] as Buffer[], fromBox: [] as Buffer[] };
    heard.push(conversation);
    browser.on("data", (part) => conversation.toBox.push(part));
    box.on("data", (part) => conversation.fromBox.push(part));
    browser.pipe(box);
    box.pipe(browser);
    const part = () => {
      browser.destroy();
      box.destroy();
    };
    for (const end of [browser, box]) end.on("error", part).on("close", part);
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return {
    kind: "hop",
    boxPort,
    end: async (): Promise<Conversation[]> => {
      server.close();
      return heard.map(({ toBox, fromBox }) => ({ toBox: Buffer.concat(toBox), fromBox: Buffer.concat(fromBox) }));
    },
  };
}
