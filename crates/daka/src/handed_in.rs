//! Texts that people hand in, the one door: an editor's byte order mark and line ends are no part
//! of what they say.

use std::{fs, io, path::Path};

/// Reads a file; `-` is standard input.
pub(crate) fn file_or_stdin(path: &Path) -> io::Result<String> {
    text(&bytes_or_stdin(path)?)
}

/// The same, of what may be no text.
pub(crate) fn bytes_or_stdin(path: &Path) -> io::Result<Vec<u8>> {
    if path.as_os_str() == "-" {
        let mut bytes = Vec::new();
        io::Read::read_to_end(&mut io::stdin(), &mut bytes)?;
        Ok(bytes)
    } else {
        fs::read(path)
    }
}

/// Reads a file.
pub(crate) fn file(path: &Path) -> io::Result<String> {
    text(&fs::read(path)?)
}

/// UTF-8 with or without its mark, UTF-16 with it (Notepad's "Unicode"); lines end in `\n`.
pub(crate) fn text(bytes: &[u8]) -> io::Result<String> {
    let wrong = || io::Error::new(io::ErrorKind::InvalidData, "it is no UTF-8; save it as UTF-8");
    let utf16 = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let (pairs, rest) = bytes.as_chunks::<2>();
        let units: Vec<u16> = pairs.iter().map(|pair| unit(*pair)).collect();
        String::from_utf16(&units).ok().filter(|_| rest.is_empty())
    };
    let text = match bytes {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] | rest => str::from_utf8(rest).ok().map(str::to_owned),
    };
    Ok(text.ok_or_else(wrong)?.replace("\r\n", "\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_the_same_from_any_editor() {
        let utf16 = |mark: char, unit: fn(u16) -> [u8; 2]| -> Vec<u8> {
            let text = format!("{mark}公司\r\n=1\r\n");
            text.encode_utf16().flat_map(unit).collect()
        };
        for bytes in [
            "公司\n=1\n".as_bytes().to_vec(),
            "公司\r\n=1\r\n".as_bytes().to_vec(),
            "\u{feff}公司\r\n=1\n".as_bytes().to_vec(),
            utf16('\u{feff}', u16::to_le_bytes),
            utf16('\u{feff}', u16::to_be_bytes),
        ] {
            assert_eq!(text(&bytes).unwrap(), "公司\n=1\n");
        }
        // GBK, which Excel saves CSV in on a Chinese system.
        let error = text(&[0xb9, 0xab, 0xcb, 0xbe]).unwrap_err();
        assert_eq!(error.to_string(), "it is no UTF-8; save it as UTF-8");
    }
}
