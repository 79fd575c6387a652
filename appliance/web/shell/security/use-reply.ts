import { type Call, type Reply, useLife, useStatus } from "@lifeos/core";
import { useCallback, useEffect, useState } from "react";

export type Asked<Given> = { state: "loading" } | { state: "failed"; error: unknown } | { state: "ready"; reply: Given };

/** Asks once, and again whenever the status changes or `again` is called. */
export function useReply<Kind extends Reply["type"]>(kind: Kind, type: Extract<Call["type"], Kind>): Asked<Extract<Reply, { type: Kind }>> & { again: () => void } {
  const client = useLife();
  const status = useStatus((all) => all);
  const [round, setRound] = useState(0);
  const [asked, setAsked] = useState<Asked<Extract<Reply, { type: Kind }>>>({ state: "loading" });
  // biome-ignore lint/correctness/useExhaustiveDependencies: a changed status may mean a changed answer
  useEffect(() => {
    let isHere = true;
    client.expect(kind, { type } as Call).then(
      (reply) => isHere && setAsked({ state: "ready", reply }),
      (error: unknown) => isHere && setAsked({ state: "failed", error }),
    );
    return () => {
      isHere = false;
    };
  }, [client, kind, type, round, status]);
  return { ...asked, again: useCallback(() => setRound((now) => now + 1), []) };
}
