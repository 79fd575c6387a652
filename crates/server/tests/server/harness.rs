//! A box on a loopback port.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use lifeos_server::{
    Assets, ClaimCode, Config, Limits, NoAssets, Server, TlsFiles, Watching, new_claim_code,
};
use lifeos_store::{MIGRATIONS, Migration, Store};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::home::Home;

pub(crate) const ORIGIN: &str = "http://localhost:8420";

pub(crate) struct TestBox {
    pub(crate) home: Home,
    pub(crate) address: SocketAddr,
    pub(crate) code: Option<ClaimCode>,
    end: Option<oneshot::Sender<()>>,
    task: Option<JoinHandle<()>>,
}

impl TestBox {
    pub(crate) async fn start() -> Self {
        Self::start_with(Limits::default()).await
    }

    pub(crate) async fn start_with(limits: Limits) -> Self {
        Self::over(limits, &[ORIGIN], None, NoAssets).await
    }

    pub(crate) async fn start_tls(origin: &str, tls: TlsFiles) -> Self {
        Self::over(Limits::default(), &[origin], Some(tls), NoAssets).await
    }

    pub(crate) async fn start_showing(assets: impl Assets) -> Self {
        Self::over(Limits::default(), &[ORIGIN], None, assets).await
    }

    /// A box of several names, its own first.
    pub(crate) async fn start_named(names: &[&str]) -> Self {
        Self::over(Limits::default(), names, None, NoAssets).await
    }

    async fn over(
        limits: Limits,
        names: &[&str],
        tls: Option<TlsFiles>,
        assets: impl Assets,
    ) -> Self {
        let home = Home::new();
        let watching = no_machine(&home);
        Self::watching(home, watching, limits, names, tls, assets).await
    }

    /// A box on a machine that is laid out in a folder, at which it looks all the time.
    pub(crate) async fn start_on_machine(machine: &Path) -> Self {
        let watching = Watching {
            root: machine.to_owned(),
            turn: Duration::from_millis(50),
        };
        let limits = Limits::default();
        Self::watching(Home::new(), watching, limits, &[ORIGIN], None, NoAssets).await
    }

    async fn watching(
        home: Home,
        watching: Watching,
        limits: Limits,
        names: &[&str],
        tls: Option<TlsFiles>,
        assets: impl Assets,
    ) -> Self {
        let (address, code, end, task) =
            serve(&home, MIGRATIONS, watching, limits, names, tls, assets).await;
        Self {
            home,
            address,
            code,
            end: Some(end),
            task: Some(task),
        }
    }

    /// Ends the server gracefully and starts it again over the same folder.
    pub(crate) async fn restart(&mut self) {
        self.restart_as(MIGRATIONS).await;
    }

    /// As [`Self::restart`], by a release with other steps of the schema.
    pub(crate) async fn restart_as(&mut self, release: &[Migration]) {
        self.stop().await;
        let (address, code, end, task) = serve(
            &self.home,
            release,
            no_machine(&self.home),
            Limits::default(),
            &[ORIGIN],
            None,
            NoAssets,
        )
        .await;
        self.address = address;
        self.code = code;
        self.end = Some(end);
        self.task = Some(task);
    }

    pub(crate) async fn stop(&mut self) {
        if let Some(end) = self.end.take() {
            end.send(()).unwrap();
        }
        if let Some(task) = self.task.take() {
            task.await.unwrap();
        }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn typed_code(&self) -> String {
        self.code.as_ref().unwrap().shown().replace('-', "")
    }
}

/// Nothing is told of the machine that the tests run on, which may be hot or worn.
fn no_machine(home: &Home) -> Watching {
    Watching {
        root: home.folder.path().join("machine"),
        ..Watching::default()
    }
}

type Served = (
    SocketAddr,
    Option<ClaimCode>,
    oneshot::Sender<()>,
    JoinHandle<()>,
);

async fn serve(
    home: &Home,
    release: &[Migration],
    watching: Watching,
    limits: Limits,
    names: &[&str],
    tls: Option<TlsFiles>,
    assets: impl Assets,
) -> Served {
    let database = home.database();
    let store = Store::open_with(home.folder.path(), database.as_ref(), 1, release)
        .await
        .unwrap();
    let code = new_claim_code(&store).await.unwrap();
    let config = Config {
        listen: "127.0.0.1:0".parse().unwrap(),
        origin: names[0].parse().unwrap(),
        former: names[1..]
            .iter()
            .map(|name| name.parse().unwrap())
            .collect(),
        tls,
        limits,
        watching,
    };
    let server = Server::bind(config, store, assets).await.unwrap();
    let address = server.local_addr().unwrap();
    let (end, ended) = oneshot::channel();
    let task = tokio::spawn(server.run(async move {
        ended.await.ok();
    }));
    (address, code, end, task)
}
