//! Debug.
use std::io::Read;
fn main() {
    let mut s = Vec::new();
    std::io::stdin().read_to_end(&mut s).unwrap();
    print!("{}", detente_intake::html::debug(&String::from_utf8_lossy(&s)));
}
