//! The Python package's native half, `detente._detente`: Arrow batches of articles in, reports out; and a ledger to
//! look things up in. What people see of it stands in `detente/*.py`; here is what must be fast, or is Rust already.
//! No lock of Python's is held while anything is read.

mod articles;
mod coder;
mod ledger;
mod tables;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3_arrow::PyRecordBatch;

pyo3::create_exception!(detente, Error, PyValueError, "What went wrong and what to do, in one sentence.");

/// An error as Python sees it: one sentence with its causes.
fn fail(error: impl Into<anyhow::Error>) -> PyErr {
    let error: anyhow::Error = error.into();
    let mut text = error.to_string();
    for cause in error.chain().skip(1).map(ToString::to_string) {
        if !text.contains(&cause) {
            text = format!("{text} ({cause})");
        }
    }
    Error::new_err(text)
}

/// Reports as JSON lines, as `detente code` prints them.
#[pyfunction]
fn json_lines(py: Python<'_>, batch: PyRecordBatch) -> PyResult<String> {
    let batch = batch.into_inner();
    py.detach(|| tables::json_lines(&batch)).map_err(fail)
}

#[pymodule]
fn _detente(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("Error", module.py().get_type::<Error>())?;
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add_function(wrap_pyfunction!(json_lines, module)?)?;
    module.add_class::<coder::Coder>()?;
    module.add_class::<ledger::Ledger>()
}
