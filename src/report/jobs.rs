//! What is said of partition jobs: those that were planned, and what one of them has done.

use serde::Serialize;

use super::grid::{Column, Page};
use super::look::{Look, on_one_line, say};
use super::number::{count, megabytes};
use crate::domain::{Lang, Text, plural};

/// The jobs of a plan.
#[derive(Clone, Debug, Serialize)]
pub struct JobsReport {
    /// Of the pipeline.
    pub title: Text,
    /// Folder with their files.
    pub folder: String,
    /// Partitions of a period in the input.
    pub partitions: u64,
    /// In the order of their numbers.
    pub jobs: Vec<JobLine>,
}

/// A job.
#[derive(Clone, Debug, Serialize)]
pub struct JobLine {
    /// Name of its file.
    pub file: String,
    /// Partition areas.
    pub areas: u64,
    /// Partitions of a period.
    pub partitions: u64,
    /// Files of the input that they have.
    pub files: u64,
    /// Bytes of these.
    pub bytes: u64,
}

impl Look for JobsReport {
    fn text(&self, page: Page) -> String {
        let lang = page.lang;
        let title = self.title.get(lang).to_owned();
        let (all, folder) = (count(self.partitions as i64), on_one_line(&self.folder));
        if self.jobs.is_empty() {
            let nothing = match lang {
                Lang::Zh => format!("分区（地区 × 报告期）{all} 个，均已有结果：没有需要计算的任务。"),
                Lang::En => {
                    format!("Partitions (area × period): {all}. The results of all are there: there is no job to run.")
                }
            };
            return format!("{title}\n{}\n", page.wrap(&nothing));
        }
        let planned: u64 = self.jobs.iter().map(|job| job.partitions).sum();
        let (jobs, planned) = (count(self.jobs.len() as i64), count(planned as i64));
        let head = match lang {
            Lang::Zh => {
                format!("分区（地区 × 报告期）{all} 个，其中需要计算的 {planned} 个分为 {jobs} 个任务，写入 {folder}。")
            }
            Lang::En => format!(
                "Partitions (area × period): {all}. To be computed or depending on an earlier period: {planned}, in jobs: {jobs}, \
                 whose files are in {folder}."
            ),
        };
        let columns = [
            Column::left(say(lang, "任务", "Job")),
            Column::right(say(lang, "地区", "Areas")),
            Column::right(say(lang, "分区", "Partitions")),
            Column::right(say(lang, "文件", "Files")),
            Column::right("MB"),
        ];
        let mut grid = page.grid(&columns);
        for job in &self.jobs {
            let [areas, partitions, files] = [job.areas, job.partitions, job.files].map(|number| count(number as i64));
            grid.push(vec![job.file.clone(), areas, partitions, files, megabytes(job.bytes)]);
        }
        format!("{title}\n{}\n\n{}\n", page.wrap(&head), grid.render())
    }

    fn rows(&self, _: Lang) -> Vec<Vec<String>> {
        let header = ["file", "areas", "partitions", "files", "bytes"]
            .map(str::to_owned)
            .to_vec();
        let line = |job: &JobLine| {
            let numbers = [job.areas, job.partitions, job.files, job.bytes].map(|number| number.to_string());
            std::iter::once(job.file.clone()).chain(numbers).collect()
        };
        std::iter::once(header).chain(self.jobs.iter().map(line)).collect()
    }
}

/// What a job has done.
#[derive(Clone, Debug, Serialize)]
pub struct JobReport {
    /// Path of its file.
    pub job: String,
    /// Partitions of a period in its chains.
    pub partitions: u64,
    /// Those that it has computed.
    pub computed: u64,
    /// Those whose results were there.
    pub kept: u64,
    /// Those that it has computed and could not keep: a file of theirs cannot be opened, or was written meanwhile.
    pub unkept: u64,
    /// Partitions that it was planned for and that have no file any more.
    pub gone: u64,
    /// Files of the input that it has read.
    pub files_read: u64,
    /// How long it took.
    pub seconds: f64,
}

impl JobReport {
    fn in_english(&self) -> String {
        let (all, computed) = (plural(self.partitions, "partition"), count(self.computed as i64));
        let mut said = match self.computed {
            0 => format!("nothing to do, the results of {all} are there"),
            _ => format!(
                "{computed} of {all} computed, {} kept before; {} read",
                count(self.kept as i64),
                plural(self.files_read, "file")
            ),
        };
        if self.unkept > 0 {
            let (unkept, them) = (
                plural(self.unkept, "result"),
                if self.unkept == 1 { "it" } else { "them" },
            );
            said += &format!(
                "; {unkept} not kept, as a file cannot be opened or was written meanwhile: publish computes {them}"
            );
        }
        if self.gone > 0 {
            said += &format!("; {} no longer in the input", plural(self.gone, "partition"));
        }
        format!("{said} ({:.1} s)", self.seconds)
    }

    fn in_chinese(&self) -> String {
        let [all, computed, kept, read, unkept, gone] = [
            self.partitions,
            self.computed,
            self.kept,
            self.files_read,
            self.unkept,
            self.gone,
        ]
        .map(|number| count(number as i64));
        let mut said = match self.computed {
            0 => format!("无需计算，{all} 个分区均已有结果"),
            _ => format!("{all} 个分区中计算了 {computed} 个，{kept} 个原已有结果；读取文件 {read} 个"),
        };
        if self.unkept > 0 {
            said += &format!("；{unkept} 个结果未能保留（有文件无法打开，或正在写入），由 publish 计算");
        }
        if self.gone > 0 {
            said += &format!("；{gone} 个分区已不在上报文件中");
        }
        format!("{said}（{:.1} 秒）", self.seconds)
    }
}

impl Look for JobReport {
    fn text(&self, page: Page) -> String {
        let job = on_one_line(&self.job);
        match page.lang {
            Lang::Zh => format!("{job}：{}\n", self.in_chinese()),
            Lang::En => format!("{job}: {}\n", self.in_english()),
        }
    }

    fn rows(&self, _: Lang) -> Vec<Vec<String>> {
        let header = [
            "job",
            "partitions",
            "computed",
            "kept",
            "unkept",
            "gone",
            "files_read",
            "seconds",
        ];
        let numbers = [
            self.partitions,
            self.computed,
            self.kept,
            self.unkept,
            self.gone,
            self.files_read,
        ];
        let numbers = numbers.map(|number| number.to_string());
        let seconds = format!("{:.3}", self.seconds);
        let line = std::iter::once(self.job.clone()).chain(numbers).chain([seconds]);
        vec![header.map(str::to_owned).to_vec(), line.collect()]
    }
}
