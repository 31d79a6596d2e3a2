//! QR codes as SVG, for tickets and door posters.

use maud::{Markup, PreEscaped, html};
use qrcode::{EcLevel, QrCode};

/// A QR code with four modules of quiet zone; nothing when the text is empty or too long.
pub fn qr(text: &str, label: &str) -> Markup {
    let Ok(code) = QrCode::with_error_correction_level(text, EcLevel::M) else { return html! {} };
    if text.is_empty() {
        return html! {};
    }
    let (n, modules) = (code.width(), code.to_colors());
    let path: String =
        modules.iter().enumerate().filter(|(_, c)| **c == qrcode::Color::Dark).map(|(i, _)| format!("M{} {}h1v1h-1z", i % n + 4, i / n + 4)).collect();
    let side = n + 8;
    PreEscaped(format!(
        r##"<svg class="qr" role="img" aria-label="{}" viewBox="0 0 {side} {side}" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{side}v{side}H0z"/><path fill="#000" d="{path}"/></svg>"##,
        html! { (label) }.0
    ))
}
