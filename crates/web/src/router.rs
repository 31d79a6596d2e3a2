//! The router, made from the table and nothing else.

use axum::{Router, extract::Request, middleware::from_fn, response::IntoResponse, routing::get};
use tower::{ServiceBuilder, util::MapRequestLayer};
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::{
        CompressionLayer, Predicate,
        predicate::{NotForContentType, SizeAbove},
    },
};

use crate::{App, Route, assets, guard};

/// Where requests stand that no route takes.
static NOWHERE: Route = Route::new(http::Method::GET, "/{*rest}", "open", "web.missing", || get(|| async {}));

/// Every route of every slice, guarded. The service also takes the prefixes `/api/v1`, `/en`, `/elder`.
pub fn router(app: &App) -> Router {
    let mut router = Router::new();
    for route in app.0.slices.iter().flat_map(|s| s.routes.iter().copied().flatten()) {
        router = router.route(route.path, guarded(app, route));
    }
    let for_missing = app.clone();
    let inner = router
        .route("/assets/{*name}", get(assets::serve))
        .route("/health", get(|| async { "ok\n" }))
        .fallback(move |request: Request| guard::outside(for_missing.clone(), &NOWHERE, request))
        .with_state(app.clone());
    // Outside the router, so that prefixes are off before a path is matched.
    let compressed = SizeAbove::new(860).and(NotForContentType::SSE).and(NotForContentType::IMAGES);
    let service = ServiceBuilder::new()
        .layer(MapRequestLayer::new(guard::strip_prefixes))
        .layer(CompressionLayer::new().gzip(true).compress_when(compressed))
        .layer(CatchPanicLayer::custom(|_| crate::Refuse::fault("panic in a handler").into_response()))
        .service(inner);
    Router::new().fallback_service(service)
}

fn guarded(app: &App, route: &'static Route) -> axum::routing::MethodRouter<App> {
    let app = app.clone();
    (route.handler)().layer(from_fn(move |request: Request, next| {
        let app = app.clone();
        async move { guard::guard(app, route, request, next).await }
    }))
}
