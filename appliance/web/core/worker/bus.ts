import type { BetweenTabs } from "./messages";

/** A channel to every tab of this origin, this one included. */
export class Bus {
  private readonly channel: BroadcastChannel;
  private readonly listeners = new Set<(message: BetweenTabs) => void>();

  constructor(name = "lifeos.tabs") {
    this.channel = new BroadcastChannel(name);
    this.channel.onmessage = (event: MessageEvent<BetweenTabs>) => this.deliver(event.data);
  }

  listen(listener: (message: BetweenTabs) => void): void {
    this.listeners.add(listener);
  }

  /** To every tab. */
  post(message: BetweenTabs): void {
    this.channel.postMessage(message);
    this.deliver(message);
  }

  /** To one tab: without a detour if it is this one. */
  postTo(tab: string, own: string, message: BetweenTabs): void {
    if (tab === own) this.deliver(message);
    else this.channel.postMessage(message);
  }

  private deliver(message: BetweenTabs): void {
    for (const listener of this.listeners) listener(message);
  }
}
