//! What the pages of a Parquet column would grow to, read from their headers before any is decompressed.
//!
//! A footer can lie about sizes; a page's own header is what the decompressor allocates by. So the headers are walked first
//! (Thrift compact protocol, Parquet `PageHeader`), and a page or a sum over its limit refuses the file.

use std::io::Read;

/// Most pages of a file's mapped columns.
const MAX_PAGES: u64 = 4_000_000;

/// Deepest nesting of a header.
const MAX_DEPTH: u8 = 8;

/// Why the pages of a column are not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BadPage {
    /// A page over its limit.
    Page,
    /// The sum of all pages over its limit.
    Sum,
    /// A header that is none.
    Malformed,
}

/// Counts pages, and what they grow to, over all columns of a file.
#[derive(Debug)]
pub(crate) struct PageBudget {
    /// Bytes left.
    pub(crate) bytes: u64,
    /// Bytes of one page.
    pub(crate) page_bytes: u64,
    pages: u64,
}

impl PageBudget {
    /// A budget for all mapped columns of a file.
    pub(crate) fn new(bytes: u64, page_bytes: u64) -> Self {
        Self { bytes, page_bytes, pages: 0 }
    }

    /// Walks the pages of the column chunk at `start..end`. `open` gives a reader from a position on.
    pub(crate) fn spend<R: Read>(
        &mut self,
        start: u64,
        end: u64,
        open: impl Fn(u64) -> Option<R>,
    ) -> Result<(), BadPage> {
        let mut at = start;
        while at < end {
            self.pages += 1;
            let mut header = Thrift { reader: open(at).ok_or(BadPage::Malformed)?.take(end - at), read: 0 };
            let sizes = header.page_sizes().ok_or(BadPage::Malformed)?;
            if sizes.uncompressed > self.page_bytes || sizes.compressed > self.page_bytes {
                return Err(BadPage::Page);
            }
            self.bytes = self.bytes.checked_sub(sizes.uncompressed).ok_or(BadPage::Sum)?;
            at += header.read + sizes.compressed;
            if self.pages > MAX_PAGES || at > end {
                return Err(BadPage::Malformed);
            }
        }
        Ok(())
    }
}

struct PageSizes {
    uncompressed: u64,
    compressed: u64,
}

/// A reader of the Thrift compact protocol, as far as page headers need it.
struct Thrift<R> {
    reader: R,
    read: u64,
}

impl<R: Read> Thrift<R> {
    /// Fields 2 and 3 of a `PageHeader`; every other field is skipped.
    fn page_sizes(&mut self) -> Option<PageSizes> {
        let (mut uncompressed, mut compressed) = (None, None);
        let mut id = 0;
        while let Some((next, kind)) = self.field(id)? {
            id = next;
            match (id, kind) {
                (2, 5) => uncompressed = Some(u64::try_from(self.zigzag()?).ok()?),
                (3, 5) => compressed = Some(u64::try_from(self.zigzag()?).ok()?),
                _ => self.skip(kind, MAX_DEPTH)?,
            }
        }
        Some(PageSizes { uncompressed: uncompressed?, compressed: compressed? })
    }

    /// Id and type of the next field; `Some(None)` at the end of the struct.
    fn field(&mut self, last: i64) -> Option<Option<(i64, u8)>> {
        let byte = self.byte()?;
        if byte == 0 {
            return Some(None);
        }
        let id = match byte >> 4 {
            0 => self.zigzag()?,
            delta => last.checked_add(i64::from(delta))?,
        };
        Some(Some((id, byte & 15)))
    }

    fn skip(&mut self, kind: u8, depth: u8) -> Option<()> {
        let depth = depth.checked_sub(1)?;
        match kind {
            1 | 2 => {}
            3 => drop(self.byte()?),
            4..=6 => drop(self.varint()?),
            7 => self.pass(8)?,
            8 => {
                let len = self.varint()?;
                self.pass(len)?;
            }
            9 | 10 => {
                let byte = self.byte()?;
                let len = if byte >> 4 == 15 { self.varint()? } else { u64::from(byte >> 4) };
                for _ in 0..len {
                    // A boolean takes a byte in a list, and none in a struct.
                    self.skip(if matches!(byte & 15, 1 | 2) { 3 } else { byte & 15 }, depth)?;
                }
            }
            12 => {
                let mut id = 0;
                while let Some((next, kind)) = self.field(id)? {
                    id = next;
                    self.skip(kind, depth)?;
                }
            }
            // Maps, which page headers have not, and what the protocol has not.
            _ => return None,
        }
        Some(())
    }

    fn byte(&mut self) -> Option<u8> {
        let mut byte = [0];
        self.reader.read_exact(&mut byte).ok()?;
        self.read += 1;
        Some(byte[0])
    }

    fn pass(&mut self, len: u64) -> Option<()> {
        let passed = std::io::copy(&mut self.reader.by_ref().take(len), &mut std::io::sink()).ok()?;
        self.read += passed;
        (passed == len).then_some(())
    }

    fn varint(&mut self) -> Option<u64> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 127) << shift;
            if byte < 128 {
                return Some(value);
            }
        }
        None
    }

    fn zigzag(&mut self) -> Option<i64> {
        let value = self.varint()?;
        Some((value >> 1) as i64 ^ -((value & 1) as i64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Type 0, uncompressed 1000, compressed 4, then a nested struct with a list of booleans; and four bytes of page.
    const PAGE: &[u8] = &[0x15, 0, 0x15, 0xd0, 0x0f, 0x15, 8, 0x2c, 0x19, 0x31, 1, 2, 1, 0, 0, 9, 9, 9, 9];

    fn spend(bytes: &[u8], budget: u64, page: u64) -> Result<u64, BadPage> {
        let mut budget = PageBudget::new(budget, page);
        budget.spend(0, bytes.len() as u64, |at| bytes.get(at as usize..))?;
        Ok(budget.bytes)
    }

    #[test]
    fn pages_are_counted_by_their_own_headers() {
        assert_eq!(spend(PAGE, 5000, 2000), Ok(4000));
        assert_eq!(spend(&[PAGE, PAGE].concat(), 5000, 2000), Ok(3000));
    }

    #[test]
    fn pages_over_a_limit_are_refused() {
        assert_eq!(spend(PAGE, 5000, 999), Err(BadPage::Page));
        assert_eq!(spend(&[PAGE, PAGE].concat(), 1999, 2000), Err(BadPage::Sum));
    }

    #[test]
    fn headers_that_are_none_are_refused() {
        for len in 1..PAGE.len() - 4 {
            assert_eq!(spend(&PAGE[..len], 5000, 2000), Err(BadPage::Malformed), "{len}");
        }
        assert_eq!(spend(&[0xff; 64], 5000, 2000), Err(BadPage::Malformed));
        assert_eq!(spend(&[0], 5000, 2000), Err(BadPage::Malformed));
    }
}
