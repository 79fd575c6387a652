//! Claims the box of the demo as a person's first device would, and fills it.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use lifeos_replica::api::{Call, KitSheet, Phase, Reply, SecretText, Status, SyncState};
use lifeos_replica_native::NativeClient;
use tempfile::TempDir;

use super::passkey;

const PATIENCE: Duration = Duration::from_secs(60);

/// Founds the household at `origin`, returns once the box has all of it, and forgets the device
/// that did it: what opens the household are the kits that this returns.
pub(super) fn found(origin: &str, code: &str) -> Result<Vec<KitSheet>> {
    let folder = TempDir::new().context("failed to make a temporary folder")?;
    let client = NativeClient::start(folder.path(), origin).context("failed to start a client")?;
    wait(&client, |status| status.phase == Phase::Unclaimed)?;
    let kits = claim(&client, origin, code).context("failed to claim the box")?;
    wait(&client, has_sent_all)?;
    client
        .call(Call::DemoFill)
        .context("failed to write the tasks")?;
    wait(&client, has_sent_all)?;
    drop(client);
    folder
        .close()
        .context("failed to remove the temporary folder")?;
    Ok(kits)
}

fn claim(client: &NativeClient, origin: &str, code: &str) -> Result<Vec<KitSheet>> {
    let begun = client.call(Call::ClaimBegin {
        code: SecretText::new(code.to_owned()),
        name: "Demo household".to_owned(),
        device_name: "The demo itself".to_owned(),
    })?;
    let Reply::MakePasskey { options, .. } = begun else {
        bail!("no passkey was asked for");
    };
    let made = client.call(Call::ClaimPasskeyMade {
        credential: passkey::forgotten(origin, &options)?,
        prf: None,
        prf_enabled: false,
    })?;
    let Reply::Kits { sheets } = made else {
        bail!("no kits were made");
    };
    for (sheet, kit) in (0..).zip(&sheets) {
        let asked = kit.asked.iter().map(|group| usize::from(*group));
        let groups = asked.filter_map(|group| kit.code.get(group)).cloned();
        client.call(Call::ClaimProveKit {
            sheet,
            groups: groups.map(SecretText::new).collect(),
        })?;
    }
    client.call(Call::ClaimFinish)?;
    Ok(sheets)
}

fn has_sent_all(status: &Status) -> bool {
    status.phase == Phase::Open && status.sync == SyncState::Live && status.waiting == 0
}

fn wait(client: &NativeClient, is: impl Fn(&Status) -> bool) -> Result<()> {
    client
        .wait_until(is, PATIENCE)
        .context("failed to reach the box of the demo")?;
    Ok(())
}
