//! Tables as `docs/performance.md` has them.

/// Prints a table.
pub(crate) fn print(title: &str, head: &[&str], rows: &[Vec<String>]) {
    println!("\n**{title}**\n");
    println!("| {} |", head.join(" | "));
    println!("|{}", "---|".repeat(head.len()));
    for row in rows {
        println!("| {} |", row.join(" | "));
    }
}

/// A number with commas, or with a fraction if it is small.
pub(crate) fn number(value: f64) -> String {
    if value.is_nan() {
        return "–".into();
    }
    if value.abs() < 10.0 {
        return format!("{value:.1}");
    }
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at) % 3 == 0 && !text.ends_with('-') {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// How many times one value is the other.
pub(crate) fn ratio(value: f64, to: f64) -> String {
    match value / to {
        it if it.is_nan() => "–".into(),
        it if it < 10.0 => format!("{it:.2} ×"),
        it => format!("{it:.0} ×"),
    }
}
