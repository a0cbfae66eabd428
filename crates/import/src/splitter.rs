use std::ops::Range;

/// Cuts a document into its elements, one in memory at a time.
pub(crate) trait Splitter {
    /// What comes next.
    fn step(&mut self) -> Step;

    /// The bytes of the element that the last step gave.
    fn bytes(&self, element: &Element) -> &[u8];

    /// What stands before the elements in the object around them, as the beginning of JSON; empty if there is none, or it is long.
    fn head(&self) -> &[u8] {
        &[]
    }

    /// What was read of an element that has not ended.
    fn unfinished(&self) -> &[u8];

    /// The element that the last step gave was what it seemed to be.
    fn found_again(&mut self, element: &Element);

    /// The element that the last step gave is a list: what is in it comes next, as doubtful elements.
    fn look_inside(&mut self, element: &Element) {
        let _ = element;
    }
}

/// An element: where it is in [`Splitter::bytes`], and in the stream.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Element {
    pub range: Range<usize>,
    /// Its position among the elements, from 0.
    pub number: u64,
    /// Offset of its first byte in the stream.
    pub byte: u64,
    /// It may be the inside of a broken element.
    pub doubtful: bool,
}

/// What comes next.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Step {
    /// An element.
    Element(Element),
    /// An element that is no JSON any more from `byte` on.
    Broken { number: u64, byte: u64 },
    /// An element that is too large; it began at `byte`.
    TooLarge { number: u64, byte: u64 },
    /// More bytes were read, but there is no whole element yet.
    Working,
    /// The end. Comes once; afterwards it comes again and again.
    End(Ending),
}

/// How a stream ended.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Ending {
    /// As it should.
    Whole,
    /// Cut off after so many bytes, in the middle of an element or not.
    Early { byte: u64, in_element: bool },
    /// Cut off after so many bytes, in the middle of a line that is not the first.
    InLine { byte: u64 },
    /// Could not be read any further, and why.
    Unreadable { byte: u64, reason: String },
    /// Nothing whole was found between the broken element that begins at `from` and the end.
    Lost { from: u64, to: u64 },
}
