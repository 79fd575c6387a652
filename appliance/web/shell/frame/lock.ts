import { type LifeClient, useLife } from "@lifeos/core";
import { forgetUnsaved } from "@lifeos/design";
import { useEffect } from "react";

const channelName = "lifeos.lock";

/** A person, or that nobody was there, locks: all tabs, and nothing that was typed is left in any. */
export function lockAllTabs(client: LifeClient): void {
  const channel = new BroadcastChannel(channelName);
  channel.postMessage(null);
  channel.close();
  forgetUnsaved();
  void client.call({ type: "lock" }).catch(() => {});
}

export function useLock(): () => void {
  const client = useLife();
  return () => lockAllTabs(client);
}

/** Forgets what was typed here when another tab locks. */
export function useLockOfOtherTabs(): void {
  useEffect(() => {
    const channel = new BroadcastChannel(channelName);
    channel.onmessage = forgetUnsaved;
    return () => channel.close();
  }, []);
}
