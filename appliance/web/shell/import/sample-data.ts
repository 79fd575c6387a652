import { problemOf, useLife } from "@lifeos/core";
import { useToast } from "@lifeos/design";
import { useLingui } from "@lingui/react/macro";
import { useCallback } from "react";

/** Fills an empty account with believable tasks, taken out again in one press. */
export function useSampleData(): () => void {
  const { t } = useLingui();
  const client = useLife();
  const toast = useToast();
  return useCallback(() => {
    toast({ text: t`Writing a year of sample tasks…` });
    client.expect("committed", { type: "demoFill" }).then(
      ({ batch }) =>
        toast({
          text: t`A year of sample tasks is here.`,
          ...(batch ? { action: { label: t`Take them out`, onAction: () => void client.call({ type: "undoBatch", batch }).then(() => toast({ text: t`The sample tasks are out again.` }), () => toast({ tone: "danger", text: t`Not taken out. Nothing was changed.` })) } } : {}),
        }),
      (error: unknown) => toast({ tone: "danger", text: problemOf(error).code === "rejected" ? t`Sample data is only for an empty account.` : t`Not filled. Nothing was changed.` }),
    );
  }, [t, client, toast]);
}
