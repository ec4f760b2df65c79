# Words for daily work. `just` alone lists them.

default:
    @just --list

# Everything that must hold before a change is merged
check:
    .ci/run

# All tests
test *args:
    cargo test --workspace {{args}}

# The literate tests whose names hold a word
cases *words:
    cargo test -p detente --test cases -- {{words}}

# Write today's wrong answers down as known faults, take mended ones out; read the diff
bless:
    BLESS=1 cargo test -p detente --test cases
    BLESS=1 cargo test -p detente --test mentions
    git diff --stat cases

# Golden outputs of the examples, written anew: read the diff, it belongs in the commit that changes the reading
golden:
    BLESS=1 cargo test -p detente-cli --test golden --test standing
    git diff --stat crates/detente-cli/tests/golden

# Scores against the annotated articles (add --errors to see what is wrong)
eval *args:
    bench/eval.sh {{args}}

# The method page, docs/method.md, made anew; JOINED is what bench/gold/join.py writes
method joined *args:
    cargo build --release
    bench/method.py --joined {{joined}} {{args}}

# How fast the examples are coded, many times over
bench:
    bench/speed.sh

# The lexicon, or a folder of your own
lexicon *dir:
    cargo run --release -- lexicon check {{dir}}

# Pages of documentation
docs:
    cargo doc --no-deps --workspace --open

# Bytes from elsewhere, so many minutes for each parser (docs/fuzzing.md)
fuzz minutes *trials:
    fuzz/run.sh {{minutes}} {{trials}}

# Licences, advisories, duplicates and sources of what the program is built from
deny:
    release/deny.sh

# The oldest compiler that Cargo.toml promises
msrv:
    release/msrv.sh

# The program as it is handed out, its symbols beside it
dist:
    release/build.sh

# Two builds in two folders, which must be the same bytes
reproducible:
    nice -n 19 release/reproducible.sh

# What others wrote of the program, with their licences
licences:
    release/licences.py

# The program's parts for machines (CycloneDX)
sbom:
    release/sbom.sh
