//! A sheet, read back by a reader of others.

use calamine::{Data, Reader as _, Xlsx};

use super::*;

fn head(totals: bool) -> Head {
    Head {
        name: "Numbers".to_owned(),
        title: "Numbers".to_owned(),
        period: String::new(),
        gaps: String::new(),
        lang: Lang::En,
        frozen: 1,
        totals,
    }
}

fn written(rows: &[i64], most_rows: u32, totals: bool) -> Xlsx<std::io::Cursor<Vec<u8>>> {
    let mut workbook = Workbook::new();
    let looks = Looks::new(Lang::En);
    let columns = vec![
        Column::new("text", Unit::Text, |n: &i64| Value::text(format!("=\u{7}{n}\u{202e}"))),
        Column::number("n", Unit::Count, |n: &i64| *n),
    ];
    let mut sheet =
        Sheet::in_parts(&mut workbook, &looks, head(totals), columns, most_rows).unwrap();
    for batch in rows.chunks(2) {
        sheet.write(&mut workbook, &looks, batch).unwrap();
    }
    for part in sheet.end(&looks).unwrap() {
        workbook.push_worksheet(part);
    }
    Xlsx::new(std::io::Cursor::new(workbook.save_to_buffer().unwrap())).unwrap()
}

#[test]
fn what_is_too_long_for_one_sheet_goes_on_in_the_next() {
    let mut book = written(&[1, 2, 3, 4, 5], 2, false);
    let rows: Vec<(String, usize)> = book
        .worksheets()
        .into_iter()
        .map(|(name, range)| (name, range.rows().skip(4).count()))
        .collect();
    let part = |name: &str, rows| (name.to_owned(), rows);
    assert_eq!(rows, [part("Numbers", 2), part("Numbers 2", 2), part("Numbers 3", 1)]);
}

/// What a person, a place or a note may be called.
#[test]
fn hostile_text_is_text() {
    let long = "😀".repeat(MOST_CHARS);
    for (text, cell) in [
        ("=1+1", "=1+1"),
        ("=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0"),
        ("{=1+1}", "{=1+1}"),
        ("+1", "+1"),
        ("-1", "-1"),
        ("@SUM(A1)", "@SUM(A1)"),
        ("00123", "00123"),
        ("1E5", "1E5"),
        ("2026-10-01", "2026-10-01"),
        ("TRUE", "TRUE"),
        ("https://example.com/?a=1&b=2", "https://example.com/?a=1&b=2"),
        ("</t></is><v>&amp;", "</t></is><v>&amp;"),
        ("a\u{0}\u{7}\u{1b}[31mb", "a[31mb"),
        ("\u{202e}gnp.exe\u{2066}\u{200f}", "gnp.exe"),
        ("\u{fffe}x\u{ffff}", "x"),
        (&long, &"😀".repeat(MOST_CHARS / 2)),
    ] {
        let mut workbook = Workbook::new();
        let looks = Looks::new(Lang::En);
        let columns = vec![Column::text("text", |text: &String| Some(text.as_str().into()))];
        let mut sheet = Sheet::begin(&mut workbook, &looks, head(false), columns).unwrap();
        sheet.write(&mut workbook, &looks, &[text.to_owned()]).unwrap();
        for part in sheet.end(&looks).unwrap() {
            workbook.push_worksheet(part);
        }
        let book = std::io::Cursor::new(workbook.save_to_buffer().unwrap());
        let mut book = Xlsx::new(book).unwrap();
        let range = book.worksheet_range("Numbers").unwrap();
        assert_eq!(range.get((4, 0)), Some(&Data::String(cell.to_owned())), "{text:.20}");
        assert!(book.worksheet_formula("Numbers").unwrap().is_empty(), "{text:.20}");
    }
}

/// Hours that lack days are marked, and so is what they add up to.
#[test]
fn a_sum_that_leaves_something_out_is_marked() {
    for (lacking, format) in [(true, r#"0.0"*""#), (false, "0.0")] {
        let mut workbook = Workbook::new();
        let looks = Looks::new(Lang::En);
        let hours = Column::new("hours", Unit::Hours, move |n: &i64| {
            if lacking && *n > 3_600 {
                Value::Lacking(*n, "without 1 day".to_owned())
            } else {
                Value::Number(*n)
            }
        });
        let mut sheet = Sheet::begin(&mut workbook, &looks, head(true), vec![hours]).unwrap();
        sheet.write(&mut workbook, &looks, &[3_600, 7_200]).unwrap();
        let total = looks.total(Unit::Hours, sheet.sums[0].unwrap().lacking);
        assert_eq!(total, &total.clone().set_num_format(format));
        assert_eq!((sheet.sums[0].unwrap().number, sheet.notes), (3.0, usize::from(lacking)));
    }
}

#[test]
fn text_is_text_and_totals_are_formulas_with_a_value() {
    let mut book = written(&[1, 2, 3], 10, true);
    let range = book.worksheet_range("Numbers").unwrap();
    assert_eq!(range.get((4, 0)), Some(&Data::String("=1".to_owned())));
    assert_eq!(range.get((7, 1)), Some(&Data::Float(6.0)));
    let formulas = book.worksheet_formula("Numbers").unwrap();
    assert_eq!(formulas.get_value((7, 1)), Some(&"SUBTOTAL(9,B5:B7)".to_owned()));
}
