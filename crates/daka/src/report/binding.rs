//! What the sheets of a report are bound into: a workbook, or one page to print.

use std::io;

use rust_xlsxwriter::{Workbook, XlsxError};

use super::{Heading, overview, survey::Survey};
use crate::{
    failure::{Exit, Failure, FileWork},
    lang::{Lang, text},
    output::{Seekable, Sink},
    table::{
        Column, html,
        workbook::{Head, Looks, Sheet},
    },
};

/// Sheets are begun in any order, grow side by side, and are bound in the order in which they end.
pub(crate) trait Binding: Sized {
    type Sheet<R>;

    /// Binds the overview, which is drawn and no table.
    fn overview(&mut self, heading: &Heading, survey: &Survey) -> Result<(), Failure>;

    fn begin<R>(&mut self, head: Head, columns: Vec<Column<R>>) -> Result<Self::Sheet<R>, Failure>;

    fn write<R>(&mut self, sheet: &mut Self::Sheet<R>, rows: &[R]) -> Result<(), Failure>;

    fn end<R>(&mut self, sheet: Self::Sheet<R>) -> Result<(), Failure>;

    /// Puts all of it where it belongs.
    fn save(self) -> Result<(), Failure>;
}

/// A workbook.
pub(crate) struct Xlsx {
    workbook: Box<Workbook>,
    looks: Box<Looks>,
    sink: Sink,
}

impl Xlsx {
    pub(crate) fn new(sink: Sink, lang: Lang) -> Self {
        Self { workbook: Box::new(Workbook::new()), looks: Box::new(Looks::new(lang)), sink }
    }
}

impl Binding for Xlsx {
    type Sheet<R> = Sheet<R>;

    fn overview(&mut self, heading: &Heading, survey: &Survey) -> Result<(), Failure> {
        let sheet = overview::sheet(heading, survey, &self.looks).map_err(|e| no_workbook(&e))?;
        self.workbook.push_worksheet(sheet);
        Ok(())
    }

    fn begin<R>(&mut self, head: Head, columns: Vec<Column<R>>) -> Result<Sheet<R>, Failure> {
        let begun = Sheet::begin(&mut self.workbook, &self.looks, head, columns);
        begun.map_err(|e| no_workbook(&e))
    }

    fn write<R>(&mut self, sheet: &mut Sheet<R>, rows: &[R]) -> Result<(), Failure> {
        sheet.write(&mut self.workbook, &self.looks, rows).map_err(|e| no_workbook(&e))
    }

    fn end<R>(&mut self, sheet: Sheet<R>) -> Result<(), Failure> {
        for part in sheet.end(&self.looks).map_err(|e| no_workbook(&e))? {
            self.workbook.push_worksheet(part);
        }
        Ok(())
    }

    fn save(self) -> Result<(), Failure> {
        let Self { mut workbook, sink, .. } = self;
        let build = |to: &mut dyn Seekable| workbook.save_to_writer(to);
        sink.build(build, |path, e: XlsxError| failure(&path.display().to_string(), &e))
    }
}

/// A page to print.
pub(crate) struct Html {
    page: Sink,
}

impl Html {
    pub(crate) fn begin(mut page: Sink, heading: &Heading) -> Result<Self, Failure> {
        page.settle(|page| html::begin(page, &heading.period(), heading.lang))?;
        Ok(Self { page })
    }
}

impl Binding for Html {
    type Sheet<R> = html::Section<R>;

    /// Its figures are sums of the other sheets, its charts are a workbook's.
    fn overview(&mut self, _: &Heading, _: &Survey) -> Result<(), Failure> {
        Ok(())
    }

    fn begin<R>(&mut self, head: Head, columns: Vec<Column<R>>) -> Result<Self::Sheet<R>, Failure> {
        html::Section::begin(head, columns).map_err(|e| no_page(&e))
    }

    fn write<R>(&mut self, section: &mut Self::Sheet<R>, rows: &[R]) -> Result<(), Failure> {
        section.write(rows).map_err(|e| no_page(&e))
    }

    fn end<R>(&mut self, section: Self::Sheet<R>) -> Result<(), Failure> {
        self.page.settle(|page| section.end(page))
    }

    fn save(mut self) -> Result<(), Failure> {
        self.page.settle(html::end)?;
        self.page.finish()
    }
}

fn no_page(error: &io::Error) -> Failure {
    Failure::file(&std::env::temp_dir(), FileWork::Write, error)
}

fn no_workbook(error: &XlsxError) -> Failure {
    failure("the workbook", error)
}

fn failure(what: &str, error: &XlsxError) -> Failure {
    Failure::one(
        Exit::Failed,
        "file",
        text!("writing {what} failed: {error}", "写入 {what} 失败：{error}"),
        text!("check the folder and the space on the disk", "请检查目录和磁盘空间"),
    )
}
