//! `App`: what every handler gets first, and the shape of a write.

use std::{
    collections::HashMap,
    sync::{Arc, RwLock},
};

use axum::extract::{FromRequestParts, State};
use http::request::Parts;
use kernel::{Both, CentreId, DeviceId, DeviceKind, Instant, No, TimeZone};
use store::{Clock, Command, Store, Tx};

use crate::{Answer, Duty, Limits, Once, Refuse, Reply, Signed, Slice, Words, live::Hub, once::OnceKey};

/// Everything a handler may use. Cheap to clone.
#[derive(Clone)]
pub struct App(pub Arc<Inner>);

/// What [`App`] holds; made once by `server`.
pub struct Inner {
    /// The database.
    pub store: Store,
    /// Both clocks.
    pub clock: Clock,
    /// Every sentence.
    pub words: Words,
    /// The slices, in order.
    pub slices: &'static [&'static Slice],
    /// The district as pages show it; refreshed after an import.
    pub district: RwLock<Arc<District>>,
    /// Who a session cookie stands for (`people::api::who`).
    pub who: fn(&mut Tx, &[u8; 32], Instant) -> Result<Option<Signed>, No>,
    /// Which device a token stands for (`places::api::device`).
    pub device: fn(&mut Tx, &[u8; 32]) -> Result<Option<Device>, No>,
    /// Told of a person's own request with this session cookie: a sign of life (`people::api::touch`).
    pub touch: fn(&str, Instant),
    /// Settings of this process.
    pub settings: Settings,
    /// Live streams.
    pub hub: Hub,
    /// Rate limits.
    pub limits: Limits,
    /// Values that slices keep in memory (roll-ups, indexes), by type.
    pub memory: RwLock<HashMap<std::any::TypeId, Arc<dyn std::any::Any + Send + Sync>>>,
}

/// The district as every page needs it.
#[derive(Clone, Debug)]
pub struct District {
    /// Name.
    pub name: Both,
    /// Its zone and the turn of its service day.
    pub time: TimeZone,
    /// Made-up data: pages say 「示例数据」.
    pub sample: bool,
}

/// An enrolled device, as `places` knows it.
#[derive(Clone, Debug)]
pub struct Device {
    /// Its id.
    pub id: DeviceId,
    /// What it is for.
    pub kind: DeviceKind,
    /// Where it stands.
    pub centre: CentreId,
    /// Zone code, for screens and kiosks that have one.
    pub zone: Option<String>,
    /// The counter a desk or window screen belongs to.
    pub counter: Option<kernel::CounterId>,
}

/// Settings of this process; `[A]` figures carry their source in `docs/settings.md`.
#[derive(Clone)]
pub struct Settings {
    /// What phones can reach; empty: nothing prints a QR code or a link a phone cannot open.
    pub public_url: String,
    /// The sample district: `/demo` exists.
    pub demo: bool,
    /// The district's clock was set: a banner says so.
    pub clock_set: bool,
    /// The server's key for tokens (32 random bytes in `secrets/`).
    pub key: [u8; 32],
    /// Until the first administrator exists, everything but set-up answers 503.
    pub set_up: Arc<std::sync::atomic::AtomicBool>,
    /// Where the database and `secrets/` live.
    pub data: std::path::PathBuf,
    /// Rate limits are raised for a benchmark or a replay.
    pub limits_off: bool,
}

impl App {
    /// The database.
    pub fn store(&self) -> &Store {
        &self.0.store
    }
    /// District time.
    pub fn now(&self) -> Instant {
        self.0.clock.now()
    }
    /// Machine time: sessions, codes, keys.
    pub fn real(&self) -> Instant {
        self.0.clock.real_now()
    }
    /// The district as pages show it.
    pub fn district(&self) -> Arc<District> {
        self.0.district.read().map_or_else(|e| Arc::clone(&e.into_inner()), |d| Arc::clone(&d))
    }
    /// A value a slice keeps in memory; made on first use.
    pub fn memory<T: Default + Send + Sync + 'static>(&self) -> Arc<T> {
        let id = std::any::TypeId::of::<T>();
        let found = self.0.memory.read().ok().and_then(|m| m.get(&id).cloned());
        let any = found.unwrap_or_else(|| {
            let fresh: Arc<dyn std::any::Any + Send + Sync> = Arc::new(T::default());
            match self.0.memory.write() {
                Ok(mut m) => Arc::clone(m.entry(id).or_insert(fresh)),
                Err(_) => fresh,
            }
        });
        any.downcast().unwrap_or_default()
    }
    /// Reads in one snapshot.
    ///
    /// # Errors
    /// What the closure says; `busy` when the readers' queue is full.
    pub async fn read<T, F>(&self, f: F) -> Result<T, No>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx) -> Result<T, No> + Send + 'static,
    {
        self.0.store.read(f).await
    }
    /// The shape of every write: rows, journal row and answer commit together; a retry with the same key reads the first answer.
    ///
    /// # Errors
    /// Only what could not be stored (busy, our fault); a refusal is an answer.
    pub async fn write<D, F>(&self, duty: &Duty<D>, once: Once, action: &'static str, run: F) -> Reply
    where
        F: FnMut(&mut Tx) -> Result<Answer, No> + Send + 'static,
    {
        self.write_at(duty, duty.object.centre, once, action, run).await
    }
    /// As [`App::write`], in the chain of another centre than the object's.
    ///
    /// # Errors
    /// As [`App::write`].
    pub async fn write_at<D, F>(&self, duty: &Duty<D>, chain: CentreId, once: Once, action: &'static str, mut run: F) -> Reply
    where
        F: FnMut(&mut Tx) -> Result<Answer, No> + Send + 'static,
    {
        let command = self.command(duty, chain, action, once.0.as_ref());
        let done = self.0.store.write(command, move |tx| run(tx).map(Answer::stored)).await;
        match done {
            Ok(written) => Ok(Answer::replayed(written)),
            Err(unsaved) => Err(Refuse::unsaved(unsaved)),
        }
    }
    /// The command of a request.
    pub fn command<D>(&self, duty: &Duty<D>, chain: CentreId, action: &'static str, once: Option<&OnceKey>) -> Command {
        Command {
            chain,
            also: Vec::new(),
            once: once.map(OnceKey::stored),
            action,
            actor: duty.actor(),
            role: duty.role.clone(),
            device: duty.device.as_ref().map(|d| d.id),
            object: (duty.object.kind, duty.object.id.clone()),
            trace: duty.ask.trace.clone(),
            at: self.now(),
        }
    }
    /// The command of a timer or reaction.
    pub fn own_command(&self, name: &'static str, chain: CentreId) -> Command {
        Command {
            chain,
            also: Vec::new(),
            once: None,
            action: name,
            actor: kernel::Actor::System(name),
            role: String::new(),
            device: None,
            object: ("timer", String::new()),
            trace: String::new(),
            at: self.now(),
        }
    }
}

impl FromRequestParts<App> for App {
    type Rejection = std::convert::Infallible;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        State::<App>::from_request_parts(parts, app).await.map(|State(app)| app)
    }
}

/// District time as a parameter.
pub struct Now(pub Instant);
impl FromRequestParts<App> for Now {
    type Rejection = std::convert::Infallible;
    async fn from_request_parts(_: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        Ok(Self(app.now()))
    }
}

/// Machine time as a parameter: sessions, codes, limits.
pub struct Real(pub Instant);
impl FromRequestParts<App> for Real {
    type Rejection = std::convert::Infallible;
    async fn from_request_parts(_: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        Ok(Self(app.real()))
    }
}

/// Randomness as a parameter.
#[derive(Clone, Copy)]
pub struct Dice(pub [u8; 32]);
impl FromRequestParts<App> for Dice {
    type Rejection = std::convert::Infallible;
    async fn from_request_parts(_: &mut Parts, _: &App) -> Result<Self, Self::Rejection> {
        Ok(Self(crate::token::random()))
    }
}
