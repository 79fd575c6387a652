import { Banner, Button } from "@lifeos/design";
import { useLingui } from "@lingui/react/macro";

/** The face of a screen that broke. What broke it stays in the console: it may hold content. */
export function ScreenFailed() {
  const { t } = useLingui();
  return (
    <main className="column p-6 pt-16">
      <Banner tone="danger" title={t`This screen broke`} actions={<Button onPress={() => location.reload()}>{t`Load the page again`}</Button>}>
        {t`What is stored is untouched. Loading the page again usually helps; if it does not, Activity says what is wrong.`}
      </Banner>
    </main>
  );
}
