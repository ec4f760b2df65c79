//! Prints how the model reads the text on standard input, a token a line, then its names:
//! `cargo run --release -p detente --example syntax -- models/en/syntax.bin < article.txt`.

use std::io::Read;

use detente::article::Article;
use detente::syntax::Model;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).unwrap_or_else(|| "models/en/syntax.bin".into());
    let model = Model::load(&std::fs::read(path)?)?;
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    let article = Article { text, ..Article::default() };
    let syntax = model.read(&article);
    for sentence in &syntax.sentences {
        for t in sentence.iter() {
            let token = syntax.token(t);
            let head = token.head.map_or(0, |h| h.index() - sentence.start.index() + 1);
            println!(
                "{}\t{}\t{}\t{}\t{}\t{}",
                t.index() - sentence.start.index() + 1,
                token.span.slice(&article.text),
                token.lemma,
                token.upos,
                head,
                token.deprel
            );
        }
        println!();
    }
    for name in &syntax.names {
        println!("{:?}: {}", name.kind, syntax.cover(name.tokens).slice(&article.text));
    }
    Ok(())
}
