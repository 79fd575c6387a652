import { useLife } from "@lifeos/core";
import { Button } from "@lifeos/design";
import { Trans, useLingui } from "@lingui/react/macro";
import { useEffect, useState } from "react";

/** Before anything is known. If the core cannot run here, it says so. */
export function Starting() {
  const { t } = useLingui();
  const client = useLife();
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    client.call({ type: "status" }).catch(() => setFailed(true));
  }, [client]);
  if (!failed) return <div role="status" aria-label={t`Starting`} className="h-full" />;
  return (
    <main className="grid h-full place-items-center p-6">
      <div role="alert" className="flex max-w-md flex-col gap-3">
        <h1 className="text-title font-semibold">{t`LifeOS could not start here`}</h1>
        <p className="text-ink-2"><Trans>This browser did not run the part that keeps your data. Nothing was lost. A current Chromium, Firefox or Safari outside private mode works.</Trans></p>
        <div><Button tone="primary" onPress={() => location.reload()}>{t`Try again`}</Button></div>
      </div>
    </main>
  );
}
