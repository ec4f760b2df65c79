"""Makes docs/r.md anew, with its output: `python docs/r.py`. Needs the program (DETENTE=, or target/release/detente) and R with
DBI, RSQLite and jsonlite (Debian: r-base-core r-cran-dbi r-cran-rsqlite r-cran-jsonlite)."""

import os
import pathlib
import subprocess
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
DETENTE = os.environ.get("DETENTE", str(ROOT / "target/release/detente"))

# Prose, and R that is run (its output follows it), in turn. What stands in a fence of its own in the prose is not run.
PAGE = [
    """# Détente from R
<!-- Made by docs/r.py; do not edit. -->
R needs no package of ours. A ledger is one SQLite file, which DBI and RSQLite read; reports, events, standings and turns also
come as CSV, JSON lines and Parquet. Everything here was run with {versions}; only where it says *not run* it was not.

The examples of the program make a ledger and files to try it on:

```sh
detente demo --no-serve --ledger examples.db
detente code examples/*.txt --to jsonl > reports.jsonl
detente code examples/*.txt --to csv > reports.csv
```

## A ledger
Open it read-only: then nothing that you do can change it, and `detente add` may write to it meanwhile. The tables and views are
described in [TABLES.md](../crates/detente-ledger/TABLES.md).""",
    """library(DBI)
ledger <- dbConnect(RSQLite::SQLite(), "examples.db", flags = RSQLite::SQLITE_RO)
dbGetQuery(ledger, "SELECT count(*) AS reports, count(DISTINCT article) AS articles FROM current_reports")""",
    """Which types of events are told, and how many of them as plain news?""",
    """dbGetQuery(ledger, "
  SELECT event, count(*) AS reports, sum(NOT (negated OR future OR hypothetical)) AS asserted,
         round(avg(event_scale), 1) AS mean_scale
  FROM current_reports GROUP BY event ORDER BY reports DESC LIMIT 8")""",
    """Each report with its words. A report whose days are not known has no `date`; `said_by` names whoever alone vouches for it.""",
    """r <- dbGetQuery(ledger, "
  SELECT date, event, actors, recipients, said_by, substr(sentence, 1, 60) AS sentence
  FROM current_reports WHERE actors = 'IRN' AND recipients = 'Hamas' ORDER BY date LIMIT 6")
r$date <- as.Date(r$date)
r""",
    """### Where two stand
`standings` has the level at the end of each month, from -10 to +10, with the band that holds 80 of 100 such levels. A level that
is missing (`NA`) means that there is no evidence, which is not 0: do not fill it in.""",
    """s <- dbGetQuery(ledger, "
  SELECT month, level, low, high, weight, state FROM standings
  WHERE a = 'Hamas' AND b = 'IRN' AND month BETWEEN '2011-10' AND '2018-01' ORDER BY month")
s$day <- as.Date(paste0(s$month, "-01"))
tail(transform(s, level = round(level, 1), low = round(low, 1), high = round(high, 1))[c("month", "level", "low", "high", "state")], 5)""",
    """A picture of it, with R's own graphics (`detente standing Iran Hamas --out standing.svg` draws a better one):

```r
plot(s$day, s$level, type = "l", ylim = c(-10, 10), xlab = "", ylab = "Iran and Hamas")
polygon(c(s$day, rev(s$day)), c(s$low, rev(s$high)), border = NA, col = "#00000020")
abline(h = 0, lty = 3)
```

### What turned
The events that made a turn are names of `events`, as a JSON list.""",
    """t <- dbGetQuery(ledger, "
  SELECT actor_a, actor_b, kind, date, round(size, 1) AS size, round(certainty, 2) AS certainty, events ->> '$[0]' AS first
  FROM turns ORDER BY date DESC LIMIT 6")
t[c("actor_a", "actor_b", "kind", "date", "size", "certainty")]""",
    """The reports behind the first event of the first of them:""",
    """dbGetQuery(ledger, "
  SELECT c.source, c.published, substr(c.sentence, 1, 90) AS sentence
  FROM current_event_reports e JOIN current_reports c ON c.report = e.report WHERE e.event = ?", params = list(t$first[1]))""",
    """### Tables for a model
One row for each pair, month and type, out of reports and other data sets alike; base R makes a panel of it.""",
    """m <- dbGetQuery(ledger, "SELECT a, b, month, event, events, mean_scale FROM events_by_dyad_month")
m$year <- substr(m$month, 1, 4)
m$pair <- paste(m$a, m$b)
busy <- names(sort(table(m$pair), decreasing = TRUE))[1:4]
xtabs(events ~ pair + year, data = m[m$pair %in% busy & m$year >= "2012", ])""",
    """### What was known when
Nothing in a ledger is overwritten, so any day's knowledge can be asked for: runs known by then that no run known by then
supersedes. This ledger was made on one day, so the day before knows nothing.""",
    """known_on <- function(day) dbGetQuery(ledger, "
  SELECT count(*) AS reports FROM reports r JOIN runs u ON u.id = r.run
  WHERE u.known <= ?1 AND NOT EXISTS (SELECT 1 FROM runs n WHERE n.supersedes = u.id AND n.known <= ?1)",
  params = list(as.character(day)))$reports
c(before = known_on(Sys.Date() - 1), today = known_on(Sys.Date()))""",
    """### What made it
For a paper: which program, lexicon and models read it (`detente runs` shows the same; tables of version 6 and later).""",
    """w <- dbGetQuery(ledger, "
  SELECT m.command, e.outcome, m.version, m.model, json_extract(e.record, '$.counts.articles_new') AS articles_new,
         json_array_length(m.record, '$.models') AS model_files
  FROM manifests m LEFT JOIN manifest_ends e ON e.manifest = m.id")
str(w)
dbDisconnect(ledger)""",
    """## Reports as CSV
Flat columns; several values in one cell are parted by `; `. `na.strings = ""` keeps what is not known apart from empty text. Dates
are ISO 8601, so `as.Date` takes them as they are. A cell that would start a formula in a spreadsheet has `'` before it.""",
    """reports <- read.csv("reports.csv", na.strings = "", encoding = "UTF-8")
dim(reports)
reports$date <- as.Date(reports$date)
summary(reports$confidence)
table(cut(reports$event_scale, c(-10, -5, 0, 5, 10)), reports$quad_code)""",
    """## Reports as JSON lines
With everything in them: lists of parties with keys, sectors and the places of their words, evidence, links.""",
    """reports <- jsonlite::stream_in(file("reports.jsonl"), verbose = FALSE)
reports$type <- unlist(reports$event)
reports$who  <- sapply(reports$actor, function(a) paste(a$key, collapse = ", "))
reports$whom <- sapply(reports$recipient, function(r) paste(r$key, collapse = ", "))
head(reports[c("date", "type", "who", "whom", "event_text")], 5)""",
    """The words stand at bytes of the UTF-8 text, counted from 0, the end not included; R counts characters. `charToRaw` counts bytes:

```r
words <- function(text, start, end) rawToChar(charToRaw(text)[(start + 1):end])
```

## Parquet
*Not run*: Debian has none of the packages that read it (arrow, nanoparquet, duckdb), and CRAN could not be reached where this page
was made. Reports hold lists of records, which arrow reads as list columns:

```r
reports <- arrow::read_parquet("reports.parquet")          # detente code … --out reports.parquet
reports$type <- vapply(reports$event, `[[`, "", 1)
reports$who  <- vapply(reports$actor, function(a) paste(a$key, collapse = ", "), "")
```

For many files, `arrow::open_dataset("folder")` reads a folder that `--out folder --partition day` wrote, and takes filters before it
reads. DuckDB flattens lists where it reads them:

```r
con <- dbConnect(duckdb::duckdb())
dbGetQuery(con, "SELECT date, event[1] AS type, a.key AS actor, r.key AS recipient, sentence
                 FROM 'reports.parquet', unnest(actor) AS x(a), unnest(recipient) AS y(r)")
```

`detente relate reports.parquet --out told` writes `standings.parquet`, which is flat: nanoparquet reads it as it is
(`nanoparquet::read_parquet("told/standings.parquet")`).

## Making this page anew
`python docs/r.py`, with the program built and R installed.""",
]


def run(args, **more):
    return subprocess.run(args, check=True, stdout=subprocess.PIPE, text=True, **more).stdout


with tempfile.TemporaryDirectory() as folder:
    folder = pathlib.Path(folder)
    # The links in the prose say how; here it is the same.
    run([DETENTE, "demo", "--no-serve", "--ledger", str(folder / "examples.db")])
    examples = sorted(str(path) for path in (ROOT / "examples").glob("*.txt"))
    for form in ("jsonl", "csv"):
        (folder / f"reports.{form}").write_text(run([DETENTE, "code", "--to", form, *examples]), encoding="utf-8")
    blocks = PAGE[1::2]
    # Echoed expression by expression, as a session prints them.
    script = "options(width = 110)\nfor (block in 1:%d) {\n  cat(sprintf('@@%%d\\n', block))\n  source(sprintf('block%%d.R', block), echo = FALSE, print.eval = TRUE)\n}\n" % len(blocks)
    (folder / "all.R").write_text(script)
    for number, block in enumerate(blocks, 1):
        (folder / f"block{number}.R").write_text(block + "\n", encoding="utf-8")
    out = run(["Rscript", "--vanilla", "all.R"], cwd=folder, env={**os.environ, "LC_ALL": "C.UTF-8", "TZ": "UTC"})
    told = dict(piece.split("\n", 1) for piece in out.split("@@")[1:])
    versions = run(["Rscript", "--vanilla", "-e", "cat(sprintf('R %s.%s, DBI %s, RSQLite %s and jsonlite %s', R.version$major, R.version$minor, packageVersion('DBI'), packageVersion('RSQLite'), packageVersion('jsonlite')))"])

text = []
for number, piece in enumerate(PAGE):
    if number % 2 == 0:
        text.append(piece.replace("{versions}", versions))
    else:
        output = "\n".join(line.rstrip() for line in told[str(number // 2 + 1)].rstrip().splitlines())
        text.append(f"```r\n{piece}\n```\n```\n{output}\n```")
(HERE / "r.md").write_text("\n\n".join(text) + "\n", encoding="utf-8")
