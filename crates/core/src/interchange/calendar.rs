//! Times as text, as in `2026-11-24T10:30:00.000Z` (RFC 3339, ISO 8601).

use crate::id::Millis;

/// The last millisecond of the year 9999.
const LAST: Millis = 253_402_300_799_999;
const DAY: u64 = 24 * 60 * 60 * 1000;
/// Days from the first of March of the year 0 to the beginning of 1970.
const EPOCH: u64 = 719_468;
/// Days in 400 years.
const ERA: u64 = 146_097;

/// Writes a time; one after the year 9999 as its last millisecond.
pub(super) fn write(at: Millis) -> String {
    let at = at.min(LAST);
    let (year, month, day) = date(at / DAY);
    let time = at % DAY;
    let (seconds, millis) = (time / 1000, time % 1000);
    let mut out = String::new();
    let mut part = |number: u64, digits: u32, after: char| {
        for place in (0..digits).rev() {
            let digit = number / 10u64.pow(place) % 10;
            out.extend(char::from_digit(digit as u32, 10));
        }
        out.push(after);
    };
    part(year, 4, '-');
    part(month, 2, '-');
    part(day, 2, 'T');
    part(seconds / 3600, 2, ':');
    part(seconds / 60 % 60, 2, ':');
    part(seconds % 60, 2, '.');
    part(millis, 3, 'Z');
    out
}

/// Writes a time as messages have it, as in `Tue, 24 Nov 2026 10:30:00 +0000`
/// (RFC 5322); one after the year 9999 as its last second.
pub(super) fn of_message(at: Millis) -> String {
    const WEEK: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const YEAR: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let at = at.min(LAST);
    let (year, month, day) = date(at / DAY);
    let name = |names: &[&'static str], n: u64| names.get(n as usize).copied().unwrap_or_default();
    let weekday = name(&WEEK, at / DAY % 7);
    let month = name(&YEAR, month - 1);
    let seconds = at % DAY / 1000;
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    format!("{weekday}, {day:02} {month} {year:04} {hour:02}:{minute:02}:{second:02} +0000")
}

/// Reads a time: a date alone, or with hours, minutes, seconds and a distance
/// from UTC. `None` for what is none, before 1970, or
/// after 9999.
pub(super) fn read(text: &str) -> Option<Millis> {
    let (date, time) = text
        .trim()
        .split_once(['T', 't', ' '])
        .unwrap_or((text.trim(), ""));
    let mut parts = date.split('-').map(|part| number(part, 4));
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    let sound =
        (1970..=9999).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    if !sound || parts.next().is_some() {
        return None;
    }
    let midnight = days(year, month, day) * DAY;
    let (time, sign, zone) = match time.find(['Z', 'z', '+', '-']) {
        Some(at) => {
            let (time, zone) = time.split_at_checked(at)?;
            (time, zone.as_bytes().first().copied(), zone.get(1..)?)
        }
        None => (time, None, ""),
    };
    let (time, fraction) = time.split_once(['.', ',']).unwrap_or((time, ""));
    let mut parts = time.split(':');
    let mut next = |most: u64| match parts.next() {
        None | Some("") => Some(0),
        Some(part) => number(part, 2).filter(|number| *number <= most),
    };
    let (hours, minutes, seconds) = (next(24)?, next(59)?, next(60)?);
    let millis = thousandths(fraction)?;
    let at = midnight + ((hours * 60 + minutes) * 60 + seconds) * 1000 + millis;
    let offset = offset(zone)?;
    let at = match sign {
        Some(b'+') => at.checked_sub(offset)?,
        Some(b'-') => at + offset,
        _ => at,
    };
    (at <= LAST).then_some(at)
}

fn number(digits: &str, most: usize) -> Option<u64> {
    let sound = digits.bytes().all(|byte| byte.is_ascii_digit()) && digits.len() <= most;
    digits.parse().ok().filter(|_| sound)
}

fn thousandths(fraction: &str) -> Option<u64> {
    let sound = fraction.bytes().all(|byte| byte.is_ascii_digit());
    let digits = fraction.bytes().chain("000".bytes()).take(3);
    let millis = digits.fold(0, |sum, digit| {
        sum * 10 + u64::from(digit.wrapping_sub(b'0'))
    });
    sound.then_some(millis)
}

/// Hours and minutes in milliseconds, with or without a colon.
fn offset(zone: &str) -> Option<u64> {
    if zone.is_empty() {
        return Some(0);
    }
    let (hours, minutes) = match zone.split_once(':') {
        Some(parts) => parts,
        None => zone.split_at_checked(2)?,
    };
    let minutes = if minutes.is_empty() { "0" } else { minutes };
    Some((number(hours, 2)? * 60 + number(minutes, 2)?) * 60_000)
}

/// How many days after the beginning of 1970 a date is. Years are counted from
/// March here, so that the leap day is the last of its year.
fn days(year: u64, month: u64, day: u64) -> u64 {
    let year = if month <= 2 { year - 1 } else { year };
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    365 * year + year / 4 - year / 100 + year / 400 + day_of_year - EPOCH
}

/// The date of a day, likewise.
fn date(days: u64) -> (u64, u64, u64) {
    let days = days + EPOCH;
    let (era, day) = (days / ERA, days % ERA);
    let of_era = (day - day / 1460 + day / 36_524 - day / (ERA - 1)) / 365;
    let day = day - (365 * of_era + of_era / 4 - of_era / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = 400 * era + of_era + u64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn times_are_read_and_written() {
        #[track_caller]
        fn check(text: &str, at: Millis) {
            assert_eq!(write(at), text);
            assert_eq!(read(text), Some(at));
        }
        check("1970-01-01T00:00:00.000Z", 0);
        check("2000-02-29T23:59:59.999Z", 951_868_799_999);
        check("2026-11-24T10:30:00.000Z", 1_795_516_200_000);
        check("2100-03-01T00:00:00.000Z", 4_107_542_400_000);
        check("9999-12-31T23:59:59.999Z", 253_402_300_799_999);
        assert_eq!(write(u64::MAX), write(253_402_300_799_999));
    }

    #[test]
    fn messages_have_their_own_notation() {
        #[track_caller]
        fn check(at: Millis, expected: &str) {
            assert_eq!(of_message(at), expected);
        }
        check(0, "Thu, 01 Jan 1970 00:00:00 +0000");
        check(1_795_516_200_000, "Tue, 24 Nov 2026 10:30:00 +0000");
        check(951_868_799_999, "Tue, 29 Feb 2000 23:59:59 +0000");
        check(u64::MAX, "Fri, 31 Dec 9999 23:59:59 +0000");
    }

    #[test]
    fn other_notations_are_read() {
        #[track_caller]
        fn check(text: &str, expected: Option<&str>) {
            assert_eq!(read(text).map(write).as_deref(), expected, "{text}");
        }
        check("2020-05-01", Some("2020-05-01T00:00:00.000Z"));
        check("2020-05-01T10:00Z", Some("2020-05-01T10:00:00.000Z"));
        check("2020-05-01T10:00:07Z", Some("2020-05-01T10:00:07.000Z"));
        // As Hypothesis writes them: microseconds and a distance.
        check(
            "2020-05-01T10:00:07.123456+00:00",
            Some("2020-05-01T10:00:07.123Z"),
        );
        check("2020-05-01T10:00:07+0230", Some("2020-05-01T07:30:07.000Z"));
        check("2020-05-01T23:00:07-02", Some("2020-05-02T01:00:07.000Z"));
        check(" 2020-05-01 10:00:07 ", Some("2020-05-01T10:00:07.000Z"));
        check("", None);
        check("yesterday", None);
        check("1969-12-31", None);
        check("1970-01-01T00:00:00+01:00", None);
        check("2020-13-01", None);
        check("2020-05-01-01", None);
        check("2020-05-01T10:00:+1Z", None);
        check("2020-05-01T10:99Z", None);
        check("99999-05-01", None);
        check("2020-05-01T10:00:00.é", None);
    }

    proptest! {
        #[test]
        fn any_time_comes_back(at in 0u64..253_402_300_800_000) {
            prop_assert_eq!(read(&write(at)), Some(at));
        }

        #[test]
        fn anything_is_survived(text in "[0-9TZ:.+é -]{0,30}") {
            let _ = read(&text);
        }
    }
}
