//! Debug.
use std::io::Read;
fn main() {
    let mut pages = Vec::new();
    for e in std::fs::read_dir("/work/tmp/h9/html").unwrap() {
        let mut s = Vec::new();
        flate2::read::GzDecoder::new(std::fs::File::open(e.unwrap().path()).unwrap())
            .read_to_end(&mut s)
            .unwrap();
        pages.push(String::from_utf8_lossy(&s).into_owned());
    }
    detente_intake::html::stages(&pages);
}
