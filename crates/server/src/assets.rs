//! The web app as the server sees it: named bytes with their compressed forms. The server neither
//! reads nor knows what they show.

use axum::body::Body;
use axum::extract::{OriginalUri, State};
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY,
};
use axum::http::{HeaderMap, HeaderValue, Method, Response, StatusCode};

use crate::problem::Problem;
use crate::state::AppState;

/// One file of the web app, ready to be sent.
#[derive(Debug, Clone, Copy)]
pub struct Asset {
    /// The file as built.
    pub plain: &'static [u8],
    /// The same in brotli, where that is smaller.
    pub brotli: Option<&'static [u8]>,
    /// The same in gzip, where that is smaller.
    pub gzip: Option<&'static [u8]>,
    /// Media type.
    pub content_type: &'static str,
    /// Entity tag with its quotes: changes when the bytes do.
    pub etag: &'static str,
    /// Whether the name carries a hash of the content, so that it may be kept for ever.
    pub immutable: bool,
}

/// Where the files of the web app come from.
pub trait Assets: Send + Sync + 'static {
    /// Returns the file at `path` (no leading slash), or nothing.
    fn find(&self, path: &str) -> Option<Asset>;
}

/// No web app: the pages say that it was not built.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoAssets;

impl Assets for NoAssets {
    fn find(&self, _path: &str) -> Option<Asset> {
        None
    }
}

const NOT_BUILT: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>LifeOS</title>\
<h1>LifeOS is running</h1><p>The web app was not built into this binary. Build it with \
<code>npm run build</code> in <code>appliance/web</code>, then build the binary again.</p></html>\n";

/// Answers everything outside `/api`: a file, or the page for an address of the app itself.
pub(crate) async fn serve(
    State(state): State<AppState>,
    method: Method,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Result<Response<Body>, Problem> {
    let path = uri.path().trim_start_matches('/');
    if path == "api" || path.starts_with("api/") {
        return Err(Problem::not_found());
    }
    if method != Method::GET && method != Method::HEAD {
        return Err(Problem::method_not_allowed());
    }
    let found = state.assets.find(path).filter(|_| !path.is_empty());
    // An address without a dot in its last part is a screen of the app, which the page itself shows.
    let is_screen = !path.rsplit('/').next().unwrap_or_default().contains('.');
    let asset = match found {
        Some(asset) => asset,
        None if is_screen => match state.assets.find("index.html") {
            Some(page) => page,
            None => return Ok(not_built()),
        },
        None => return Err(Problem::not_found()),
    };
    Ok(answer(asset, &headers))
}

fn answer(asset: Asset, headers: &HeaderMap) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    let out = response.headers_mut();
    out.insert(CONTENT_TYPE, HeaderValue::from_static(asset.content_type));
    out.insert(ETAG, HeaderValue::from_static(asset.etag));
    out.insert(VARY, HeaderValue::from_static("accept-encoding"));
    let caching = if asset.immutable {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    out.insert(CACHE_CONTROL, HeaderValue::from_static(caching));
    let known = headers
        .get(IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok());
    if known.is_some_and(|tags| tags.split(',').any(|tag| tag.trim() == asset.etag)) {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        return response;
    }
    let accepts = |coding: &str| accepts(headers, coding);
    let (bytes, coding) = match (asset.brotli, asset.gzip) {
        (Some(bytes), _) if accepts("br") => (bytes, Some("br")),
        (_, Some(bytes)) if accepts("gzip") => (bytes, Some("gzip")),
        _ => (asset.plain, None),
    };
    if let Some(coding) = coding {
        out.insert(CONTENT_ENCODING, HeaderValue::from_static(coding));
    }
    *response.body_mut() = Body::from(bytes);
    response
}

fn accepts(headers: &HeaderMap, coding: &str) -> bool {
    headers
        .get_all(ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .any(|value| {
            value.split(',').any(|part| {
                let mut fields = part.split(';').map(str::trim);
                let named = fields
                    .next()
                    .is_some_and(|name| name.eq_ignore_ascii_case(coding));
                let refused =
                    fields.any(|weight| matches!(weight, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"));
                named && !refused
            })
        })
}

fn not_built() -> Response<Body> {
    let mut response = Response::new(Body::from(NOT_BUILT));
    response.headers_mut().insert(
        CONTENT_TYPE,
        HeaderValue::from_static("text/html; charset=utf-8"),
    );
    response
        .headers_mut()
        .insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}
