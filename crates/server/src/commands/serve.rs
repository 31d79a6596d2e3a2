//! `serve`: a real district.

use std::sync::atomic::Ordering;

use anyhow::Result;

use super::{Served, say};
use crate::{Config, open, serve};

pub(super) fn run(served: &Served) -> Result<u8> {
    let config = Config { public_url: served.public_url.clone(), limits_off: served.limits_off, new_key: served.new_key, ..served.place.config("yizhan-data") };
    let _held = open::hold_served(&config)?;
    let app = open::open(&config)?;
    let fresh = make_district(&app)?;
    open::right_kind(&app, false, fresh)?;
    let set_up = app.store().read_blocking(people::api::is_set_up).map_err(|no| anyhow::anyhow!(no.to_string()))?;
    app.0.settings.set_up.store(set_up, Ordering::Relaxed);
    if !set_up {
        let code = people::shell::set_up_code(app.store(), app.real()).map_err(|no| anyhow::anyhow!(no.to_string()))?;
        open::write_private(&config.data.join("setup-code"), code.as_bytes())?;
        say(format_args!(
            "first start: open http://{}/admin/start and type the set-up code\n\n    {code}\n\n(also in {}; valid 24 h)",
            served.listen,
            config.data.join("setup-code").display()
        ));
    }
    tokio::runtime::Runtime::new()?.block_on(async {
        let listener = serve::listen(&served.listen).await?;
        say(format_args!("yizhan · http://{} · {}", served.listen, config.data.display()));
        if served.limits_off {
            say("rate limits are off");
        }
        serve::run(app, listener, serve::signal()).await
    })?;
    Ok(0)
}

/// A new folder gets a district without content; says whether it was new.
fn make_district(app: &web::App) -> Result<bool> {
    let there = app.store().read_blocking(|tx| match places::api::district(tx) {
        Ok(_) => Ok(true),
        Err(kernel::No::Missing(_)) => Ok(false),
        Err(other) => Err(other),
    });
    if there.map_err(|no| anyhow::anyhow!(no.to_string()))? {
        return Ok(false);
    }
    let now = app.now();
    app.store()
        .command_blocking(app.own_command("places.district.make", kernel::CentreId::DISTRICT), move |tx| {
            places::api::make_district(tx, &kernel::Both::new("新区", "New district"), open::TIME_ZONE, open::DAY_TURN_MIN, false, now)
        })
        .map_err(|no| anyhow::anyhow!(no.to_string()))?;
    open::refresh_district(app)?;
    Ok(true)
}
