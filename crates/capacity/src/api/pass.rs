//! Opening a booking without an account.

use kernel::{CentreId, Fault, Missing, No, Refusal};
use store::{Dice, Tx};

use crate::{Claim, Moment, Wait, rows, rows::pass::Pass};

/// What a pass opens.
#[derive(Clone, Debug)]
pub struct Opened {
    /// The pass.
    pub pass: Pass,
    /// The booking; of a waiting entry its offer.
    pub claim: Option<Claim>,
    /// The waiting entry.
    pub wait: Option<Wait>,
}

/// Most letters of a label.
const LABEL: usize = 8;

/// Makes a pass for a claim or a waiting entry.
///
/// # Errors
/// `label.long`; a fault when no code is free.
pub fn issue_pass(tx: &mut Tx, token_hash: [u8; 32], mut pass: Pass, m: Moment, dice: &mut Dice) -> Result<Pass, No> {
    if pass.label.chars().count() > LABEL {
        return Err(Refusal::invalid("label.long").arg("n", LABEL).at("label").into());
    }
    for _ in 0..8 {
        pass.code = web::token::code(&dice.throw(), 8);
        if rows::pass::insert(tx, token_hash, &pass, m.now)? {
            return Ok(pass);
        }
    }
    Err(Fault::new("eight codes of forty bits were all taken").into())
}

fn opened(tx: &mut Tx, pass: Pass) -> Result<Opened, No> {
    let wait = match pass.wait {
        Some(id) => rows::wait::one(tx, id)?,
        None => None,
    };
    let claim = match pass.claim.or(wait.as_ref().and_then(|w| w.claim)) {
        Some(id) => rows::claim::one(tx, id)?,
        None => None,
    };
    Ok(Opened { pass, claim, wait })
}

/// What a token opens, or what is written down: the centre and the code (`1-K3M7Q2XA`).
///
/// # Errors
/// Missing.
pub fn open_token(tx: &mut Tx, token: &str) -> Result<Opened, No> {
    let written = token.split_once('-').filter(|(_, code)| token.len() < 22 && code.len() == 8);
    let pass = match written.map(|(centre, code)| (centre.parse::<CentreId>(), code)) {
        Some((Ok(centre), code)) => rows::pass::by_code(tx, centre, code)?,
        _ => rows::pass::by_token(tx, web::token::hash(token))?,
    };
    let pass = pass.ok_or(Missing("pass"))?;
    opened(tx, pass)
}

/// The page of a code, whatever its centre: what somebody has who lost the page and kept the eight characters.
///
/// # Errors
/// A fault of the store.
pub fn page_of_code(tx: &mut Tx, typed: &str) -> Result<Option<String>, No> {
    let code = web::token::read_code(typed.get(..32).unwrap_or(typed));
    if code.len() != 8 {
        return Ok(None);
    }
    for centre in rows::resource::centres(tx)? {
        if rows::pass::by_code(tx, centre, &code)?.is_some() {
            return Ok(Some(format!("/b/{centre}-{code}")));
        }
    }
    Ok(None)
}

/// The booking of a code, or of the offer that came out of its waiting entry.
///
/// # Errors
/// A fault of the store.
pub fn claim_of_code(tx: &mut Tx, centre: CentreId, typed: &str) -> Result<Option<Claim>, No> {
    match open_code(tx, centre, typed) {
        Ok(opened) => Ok(opened.claim),
        Err(No::Refused(Refusal { code: "booking.code", .. })) => Ok(None),
        Err(no) => Err(no),
    }
}

/// What a code typed at a desk or a kiosk opens.
///
/// # Errors
/// `booking.code`.
pub fn open_code(tx: &mut Tx, centre: CentreId, typed: &str) -> Result<Opened, No> {
    let code = web::token::read_code(typed.get(..32).unwrap_or(typed));
    let pass = rows::pass::by_code(tx, centre, &code)?.ok_or_else(|| Refusal::invalid("booking.code").at("code"))?;
    opened(tx, pass)
}
