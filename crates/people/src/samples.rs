//! Every page with made-up data, for the rendering test.

pub(crate) use crate::pages::samples;
