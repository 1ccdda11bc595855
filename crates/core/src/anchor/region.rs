//! A box on an element, usually a picture, in parts of its size: it stays
//! right when the picture is shown larger or smaller.

/// What all of a side is.
pub const FULL: u16 = 10_000;

/// A box in hundredths of a percent of the element's width and height.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Region {
    /// From the left edge to the box.
    pub x: u16,
    /// From the top edge to the box.
    pub y: u16,
    /// The box's width, at least 1.
    pub width: u16,
    /// The box's height, at least 1.
    pub height: u16,
}

impl Region {
    /// A box; `None` when it is empty or not all on the element.
    pub fn new(x: u16, y: u16, width: u16, height: u16) -> Option<Self> {
        let fits =
            |from: u16, len: u16| len > 0 && u32::from(from) + u32::from(len) <= u32::from(FULL);
        (fits(x, width) && fits(y, height)).then_some(Region {
            x,
            y,
            width,
            height,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_are_on_their_element() {
        fn check(x: u16, y: u16, width: u16, height: u16, fits: bool) {
            assert_eq!(Region::new(x, y, width, height).is_some(), fits);
        }
        check(0, 0, FULL, FULL, true);
        check(9_999, 0, 1, 1, true);
        check(9_999, 0, 2, 1, false);
        check(0, 5_000, 1, 5_001, false);
        check(0, 0, 0, 1, false);
        check(u16::MAX, 0, u16::MAX, 1, false);
    }
}
