//! Media fragments: times and boxes as in `t=30,60.5&xywh=percent:10,0,50,100`
//! (W3C Media Fragments URI 1.0).

use crate::anchor::Anchor;
use crate::anchor::region::Region;
use crate::anchor::time::Time;
use crate::json::read::thousandths;

/// Reads a fragment; `None` for what is not of this kind, or speaks of pixels
/// or frames.
pub(super) fn read(fragment: &str) -> Option<(Option<Time>, Option<Region>)> {
    let (mut time, mut region) = (None, None);
    for part in fragment.split('&') {
        match part.split_once('=')? {
            ("t", value) => time = Some(read_time(value)?),
            ("xywh", value) => region = Some(read_region(value)?),
            _ => {}
        }
    }
    (time.is_some() || region.is_some()).then_some((time, region))
}

fn read_time(value: &str) -> Option<Time> {
    let value = value.strip_prefix("npt:").unwrap_or(value);
    let (start, end) = value.split_once(',').unwrap_or((value, ""));
    let start = if start.is_empty() { "0" } else { start };
    let end = match end {
        "" => None,
        end => Some(clock(end)?),
    };
    Time::new(clock(start)?, end)
}

/// Seconds, or hours, minutes and seconds, in milliseconds.
fn clock(value: &str) -> Option<u32> {
    let mut sum: u64 = 0;
    for part in value.split(':') {
        sum = sum.checked_mul(60)?.checked_add(thousandths(part)?)?;
    }
    u32::try_from(sum).ok()
}

fn read_region(value: &str) -> Option<Region> {
    let mut numbers = value.strip_prefix("percent:")?.split(',');
    let mut next = || u16::try_from(thousandths(numbers.next()?)? / 10).ok();
    let (x, y, width, height) = (next()?, next()?, next()?, next()?);
    Region::new(x, y, width, height).filter(|_| numbers.next().is_none())
}

/// Writes the time and the box of an anchor; empty when it has neither.
pub(super) fn write(anchor: &Anchor) -> String {
    let time = anchor.time.map(|time| {
        let start = decimal(time.start, 3);
        match time.end {
            Some(end) => format!("t={start},{}", decimal(end, 3)),
            None => format!("t={start}"),
        }
    });
    let region = anchor.region.map(|region| {
        let Region {
            x,
            y,
            width,
            height,
        } = region;
        let [x, y, width, height] = [x, y, width, height].map(|part| decimal(part.into(), 2));
        format!("xywh=percent:{x},{y},{width},{height}")
    });
    let parts: Vec<String> = time.into_iter().chain(region).collect();
    parts.join("&")
}

/// A number given in tenths, hundredths or thousandths.
pub(super) fn decimal(number: u32, digits: u32) -> String {
    let unit = 10_u32.pow(digits);
    let mut text = format!("{}.{}", number / unit, unit + number % unit);
    // The one in front kept the zeros.
    if let Some(dot) = text.find('.') {
        text.remove(dot + 1);
    }
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
