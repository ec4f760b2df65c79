//! The reader with its lexicon, kept for a whole process: Arrow batches of articles in, one of reports out.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use arrow_array::RecordBatch;
use detente::article::Article;
use detente::read::Reader;
use detente_tables::{Coded, Rows};
use pyo3::prelude::*;
use pyo3_arrow::{PyRecordBatch, PySchema};
use rayon::ThreadPool;
use rayon::prelude::*;

use crate::articles::{Fault, articles};
use crate::fail;

/// What is wrong with one row: its number from 0, its id, what is wrong, and whether it was read all the same.
type Told = (u64, Option<String>, String, bool);

/// The engine, ready to read.
#[pyclass(frozen, module = "detente._detente")]
pub struct Coder {
    reader: Reader,
    threads: Mutex<Option<Threads>>,
}

/// Threads, and the process in which they run: a process that forks has none of them in its child.
struct Threads {
    process: u32,
    jobs: usize,
    pool: Arc<ThreadPool>,
}

#[pymethods]
impl Coder {
    /// Loads the built-in lexicon and model, with these folders on top: part of a second.
    #[new]
    fn new(py: Python<'_>, lexicon: Vec<PathBuf>) -> PyResult<Coder> {
        let reader = py.detach(|| detente_embedded::reader(&lexicon)).map_err(fail)?;
        Ok(Coder { reader, threads: Mutex::new(None) })
    }

    /// Version of the program.
    #[getter]
    fn version(&self) -> &str {
        &self.reader.coder().version
    }

    /// Content hash of the lexicon.
    #[getter]
    fn lexicon(&self) -> &str {
        &self.reader.coder().lexicon
    }

    /// Name and version of the model.
    #[getter]
    fn model(&self) -> &str {
        &self.reader.coder().model
    }

    /// The schema of the reports.
    fn schema<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        PySchema::new(detente_tables::schema::<Coded>(Some(self.reader.coder()))).into_pyarrow(py)
    }

    /// Reads batches of articles, on `jobs` threads (0: as many as there are cores), and gives their reports in the
    /// order of the articles, and what is wrong with which rows. `first` is the number of the first row.
    fn read<'py>(
        &self,
        py: Python<'py>,
        batches: Vec<PyRecordBatch>,
        first: u64,
        jobs: usize,
        any_language: bool,
    ) -> PyResult<(Bound<'py, PyAny>, Vec<Told>)> {
        let batches: Vec<RecordBatch> = batches.into_iter().map(PyRecordBatch::into_inner).collect();
        let (reports, faults) =
            py.detach(|| self.code(&batches, (first, any_language), jobs)).map_err(fail)?;
        let told = faults.into_iter().map(|f| (f.row, f.id, f.problem, f.read)).collect();
        Ok((PyRecordBatch::new(reports).into_pyarrow(py)?, told))
    }
}

impl Coder {
    /// The threads to read with; none where one is enough.
    fn threads(&self, jobs: usize) -> anyhow::Result<Option<Arc<ThreadPool>>> {
        if jobs == 1 {
            return Ok(None);
        }
        let mut kept = self.threads.lock().unwrap_or_else(PoisonError::into_inner);
        let process = std::process::id();
        if let Some(threads) = &*kept
            && threads.process == process
            && threads.jobs == jobs
        {
            return Ok(Some(threads.pool.clone()));
        }
        if let Some(old) = kept.take()
            && old.process != process
        {
            // Its threads stayed behind in the process that this one was forked from: nobody would answer.
            std::mem::forget(old);
        }
        let pool = rayon::ThreadPoolBuilder::new().num_threads(jobs).build().map_err(|e| {
            anyhow::anyhow!("the machine gives no threads for jobs={jobs} ({e}): ask for fewer")
        })?;
        let pool = Arc::new(pool);
        *kept = Some(Threads { process, jobs, pool: pool.clone() });
        Ok(Some(pool))
    }

    fn code(
        &self,
        batches: &[RecordBatch],
        (first, any_language): (u64, bool),
        jobs: usize,
    ) -> anyhow::Result<(RecordBatch, Vec<Fault>)> {
        let (mut all, mut rows, mut faults) = (Vec::new(), Vec::new(), Vec::new());
        let mut number = first;
        for batch in batches {
            let before = all.len();
            articles(batch, (number, any_language), &mut all, &mut rows, &mut faults)
                .map_err(anyhow::Error::msg)?;
            debug_assert_eq!(all.len() - before, rows.len() - before);
            number += batch.num_rows() as u64;
        }
        // The reader never stumbles, as far as we know; where it does, that article alone is lost.
        let read = |article: &Article| -> Option<Vec<Coded>> {
            catch_unwind(AssertUnwindSafe(|| Coded::of(article, self.reader.read(article).reports))).ok()
        };
        let reports: Vec<_> = match self.threads(jobs)? {
            None => all.iter().map(read).collect(),
            Some(pool) => pool.install(|| all.par_iter().map(read).collect()),
        };
        let mut table = Rows::<Coded>::new(Some(self.reader.coder()));
        for ((article, row), reports) in all.iter().zip(&rows).zip(reports) {
            match reports {
                Some(reports) => reports.iter().for_each(|report| table.push(report)),
                None => faults.push(Fault {
                    row: *row,
                    id: Some(article.id.clone()),
                    problem:
                        "the reader stumbled over this article and passed it over: please report it with its \
                              text"
                            .into(),
                    read: false,
                }),
            }
        }
        faults.sort_by_key(|f| f.row);
        Ok((table.finish(), faults))
    }
}
