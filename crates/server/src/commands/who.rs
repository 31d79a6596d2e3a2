//! `user` and `device`, from the machine's shell: recorded as `shell:<os user>`, alone.

use anyhow::Result;
use clap::Subcommand;
use kernel::CentreId;

use super::{known_centre, os_user, say};
use crate::{Config, open};

#[derive(Subcommand, Debug)]
pub(super) enum User {
    /// Make an account and print its one-time link.
    Add {
        /// Login: 3–32 lower-case letters, digits, dot, hyphen.
        login: String,
        /// Role to give.
        #[arg(long)]
        role: Option<String>,
        /// Centre of the role; 0 is the whole district.
        #[arg(long, default_value_t = 0)]
        centre: i64,
    },
    /// List accounts with their roles.
    List,
    /// Print a one-time link to choose a new password; ends all sessions.
    Reset {
        /// Login.
        login: String,
    },
    /// Lock an account.
    Lock {
        /// Login.
        login: String,
    },
    /// Unlock an account.
    Unlock {
        /// Login.
        login: String,
    },
    /// Give a role.
    Grant {
        /// Login.
        login: String,
        /// Role.
        role: String,
        /// Centre; 0 is the whole district.
        #[arg(long, default_value_t = 0)]
        centre: i64,
    },
    /// Take a role away.
    Revoke {
        /// Login.
        login: String,
        /// Role.
        role: String,
        /// Centre; 0 is the whole district.
        #[arg(long, default_value_t = 0)]
        centre: i64,
    },
}

#[derive(Subcommand, Debug)]
pub(super) enum Device {
    /// Add a device and print its code (30 minutes).
    Enrol {
        /// Centre.
        centre: i64,
        /// What it is.
        #[arg(value_parser = ["kiosk", "display", "desk", "printer", "rating"])]
        kind: String,
        /// Name on the list.
        name: String,
        /// Zone code, for kiosks and screens.
        #[arg(long)]
        zone: Option<String>,
    },
    /// List devices.
    List,
    /// Revoke a device.
    Revoke {
        /// Its id.
        device: kernel::DeviceId,
    },
}

pub(super) fn user(config: &Config, what: User) -> Result<u8> {
    let store = open::open_store(config)?;
    let (by, now) = (os_user(), open::machine_now());
    let centre = |n| {
        let id = CentreId::new(n).ok_or_else(|| anyhow::anyhow!("a centre's number is 0…999"))?;
        if id != CentreId::DISTRICT {
            known_centre(&store, id)?;
        }
        anyhow::Ok(id)
    };
    let said = match what {
        User::Add { login, role, centre: c } => people::shell::add(&store, &login, role.as_deref(), centre(c)?, &by, now),
        User::List => people::shell::list(&store),
        User::Reset { login } => people::shell::reset(&store, &login, &by, now),
        User::Lock { login } => people::shell::lock(&store, &login, &by, now),
        User::Unlock { login } => people::shell::unlock(&store, &login, &by, now),
        User::Grant { login, role, centre: c } => people::shell::grant(&store, &login, &role, centre(c)?, &by, now),
        User::Revoke { login, role, centre: c } => people::shell::revoke(&store, &login, &role, centre(c)?, &by, now),
    };
    answer(said)
}

pub(super) fn device(config: &Config, what: Device) -> Result<u8> {
    let store = open::open_store(config)?;
    let (by, now) = (os_user(), open::machine_now());
    if let Device::Enrol { centre, .. } = &what {
        known_centre(&store, CentreId::new(*centre).filter(|c| *c != CentreId::DISTRICT).ok_or_else(|| anyhow::anyhow!("a centre's number is 1…999"))?)?;
    }
    let said = match what {
        Device::Enrol { centre, kind, name, zone } => places::shell::enrol(&store, centre, &kind, &name, zone.as_deref(), &by, now),
        Device::List => places::shell::list(&store),
        Device::Revoke { device } => places::shell::revoke(&store, device, &by, now),
    };
    answer(said)
}

fn answer(said: Result<String, kernel::No>) -> Result<u8> {
    match said {
        Ok(text) => {
            say(text.trim_end());
            Ok(0)
        }
        Err(kernel::No::Refused(r)) => {
            let words = open::words()?;
            eprintln!("yizhan: {}\n        {}", words.refusal(kernel::Lang::Zh, &r), words.refusal(kernel::Lang::En, &r));
            Ok(1)
        }
        Err(other) => Err(anyhow::anyhow!(other.to_string())),
    }
}
