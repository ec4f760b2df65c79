//! One program for all trials: which one is named by DETENTE_TRIAL. All of them carry the lexicon and the models, so that one
//! program for each would be built and kept fifteen times over.

#![no_main]

use std::sync::OnceLock;

use detente_trials::{Trial, listen, trial};
use libfuzzer_sys::fuzz_target;

fn chosen() -> &'static Trial {
    static CHOSEN: OnceLock<&Trial> = OnceLock::new();
    CHOSEN.get_or_init(|| {
        listen();
        trial(&std::env::var("DETENTE_TRIAL").expect("DETENTE_TRIAL names a trial; fuzz/run.sh sets it"))
    })
}

fuzz_target!(|bytes: &[u8]| (chosen().run)(bytes));
