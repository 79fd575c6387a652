import { Banner, Button } from "@lifeos/design";
import { useLingui } from "@lingui/react/macro";

/** The face of a screen that broke. What broke it stays in the console: it may hold content. */
export function ScreenFailed() {
  const { t } = useLingui();
  return (
    <div className="column p-4 pt-16 sm:pl-[calc(var(--margin)+0.75rem)]">
      <h1 className="sr-only">{t`This screen broke`}</h1>
      <Banner tone="danger" title={t`This screen broke`} actions={<Button onPress={() => location.reload()}>{t`Load the page again`}</Button>}>
        {t`What is stored is untouched. Loading the page again usually helps; if it does not, Activity says what is wrong.`}
      </Banner>
    </div>
  );
}
