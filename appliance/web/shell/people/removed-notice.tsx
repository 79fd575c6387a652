import { type SpaceView, useNavigation } from "@lifeos/core";
import { Banner, Button } from "@lifeos/design";
import { Trans, useLingui } from "@lingui/react/macro";
import { useNames } from "./words";

/** Tells somebody that they were removed from a space: what it means, and what stays. */
export function RemovedNotice({ space, onSeen }: { space: SpaceView; onSeen: () => void }) {
  const { t } = useLingui();
  const { go } = useNavigation();
  const name = useNames().space(space);
  return (
    <div className="column px-3 pt-3 sm:pl-[calc(var(--margin)+0.75rem)]">
      <Banner
        tone="attention"
        title={t`You were removed from “${name}”`}
        actions={
          <>
            <Button onPress={() => go(`/spaces/${space.space}`)}>{t`Look at what stayed`}</Button>
            <Button tone="quiet" onPress={onSeen}>{t`I have seen it`}</Button>
          </>
        }
      >
        <Trans>What was written until then stays with you, to be read. What others write there now does not reach you.</Trans>
      </Banner>
    </div>
  );
}
