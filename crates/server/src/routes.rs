//! The addresses of the box. Each file is one area; what guards them is put on here, once.

mod approvals;
mod bodies;
mod box_log;
mod changes;
mod claim;
mod invites;
mod logs;
mod ops;
mod page;
mod passkeys;
mod sessions;
mod steps;
mod tail;
mod vault;

use std::sync::Arc;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::get;
use tower_http::catch_panic::CatchPanicLayer;
use utoipa::OpenApi;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityScheme};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::limits::AddressLimit;
use crate::problem::Problem;
use crate::state::{App, AppState};
use crate::{assets, body, fetch_site, guard, headers, session, trace, version};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "LifeOS box",
        description = "What a box keeps and hands out: sealed bytes, logs, sessions. Every refusal is \
                       application/problem+json. \"session\" means the cookie and the lifeos-auth header.",
        license(name = "AGPL-3.0-only", identifier = "AGPL-3.0-only"),
    ),
    components(schemas(lifeos_protocol::api::Problem))
)]
struct Document;

fn open_routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(ops::box_state))
}

fn claim_routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(claim::begin))
        .routes(routes!(claim::finish))
}

fn sign_in_routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(passkeys::challenge))
        .routes(routes!(passkeys::assert))
        .routes(routes!(passkeys::lookup_kit))
        .routes(routes!(sessions::challenge))
        .routes(routes!(sessions::open))
        .routes(routes!(vault::release))
        .routes(routes!(approvals::begin))
        .routes(routes!(approvals::put_opening))
}

fn waiting_routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(approvals::seen, approvals::end))
}

fn session_routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(box_log::page))
        .routes(routes!(sessions::list))
        .routes(routes!(sessions::end))
        .routes(routes!(steps::challenge))
        .routes(routes!(steps::verify))
        .routes(routes!(steps::verify_method))
        .routes(routes!(passkeys::registration))
        .routes(routes!(passkeys::store))
        .routes(routes!(passkeys::methods))
        .routes(routes!(vault::put))
        .routes(routes!(logs::begin_space))
        .routes(routes!(logs::page, logs::append))
        .routes(routes!(logs::wraps))
        .routes(routes!(logs::spaces))
        .routes(routes!(changes::pull, changes::push))
        .routes(routes!(bodies::replace))
        .routes(routes!(approvals::put_answer))
        .routes(routes!(approvals::put_account))
        .routes(routes!(invites::list, invites::make))
        .routes(routes!(invites::end))
}

/// Returns the OpenAPI 3.1 description of `/api/v1`.
#[must_use]
pub fn openapi() -> utoipa::openapi::OpenApi {
    let (_, mut document) = OpenApiRouter::<AppState>::with_openapi(Document::openapi())
        .merge(open_routes())
        .merge(claim_routes())
        .merge(sign_in_routes())
        .merge(waiting_routes())
        .merge(session_routes())
        .split_for_parts();
    let session = SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::with_description(
        lifeos_protocol::session::AUTH_HEADER,
        "counter.MAC under the session's key, beside the session's cookie",
    )));
    document
        .components
        .get_or_insert_default()
        .add_security_scheme("session", session);
    document
}

/// Puts the addresses together with what guards them; the limits are returned to be swept.
pub(crate) fn router(app: &Arc<App>) -> (Router, Vec<AddressLimit>) {
    let limits = &app.config.limits;
    let address = AddressLimit::new(limits.address);
    let sign_in = AddressLimit::new(limits.sign_in);
    let claim = AddressLimit::new(limits.claim);
    let plain = |routes: OpenApiRouter<AppState>| Router::from(routes);

    let session =
        plain(session_routes()).route_layer(from_fn_with_state(Arc::clone(app), session::require));
    let api = plain(open_routes())
        .merge(plain(claim_routes()).route_layer(claim.layer(&app.metrics)))
        .merge(plain(sign_in_routes()).route_layer(sign_in.layer(&app.metrics)))
        .merge(plain(waiting_routes()))
        .merge(session)
        .route_layer(from_fn_with_state(Arc::clone(app), body::read))
        .route("/api/v1/tail", get(tail::open))
        .route("/api/v1/openapi.json", get(ops::openapi))
        .route_layer(from_fn(version::negotiate));
    let router = api
        .route("/health", get(ops::health))
        .route("/metrics", get(ops::metrics))
        .route_layer(from_fn(guard::check))
        .fallback(assets::serve)
        .method_not_allowed_fallback(async || Problem::method_not_allowed())
        .layer(from_fn_with_state(Arc::clone(app), fetch_site::check))
        .layer(address.layer(&app.metrics))
        .layer(CatchPanicLayer::custom(|_| {
            axum::response::IntoResponse::into_response(Problem::internal("panic"))
        }))
        .layer(from_fn_with_state(Arc::clone(app), headers::add))
        .layer(from_fn_with_state(Arc::clone(app), trace::follow))
        .with_state(Arc::clone(app));
    (router, vec![address, sign_in, claim])
}
