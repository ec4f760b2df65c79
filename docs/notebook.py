"""Makes docs/notebook.ipynb anew, with its output: `python docs/notebook.py`. Needs the package, the program (DETENTE=, or
target/release/detente), pandas, nbformat, nbclient and ipykernel."""

import os
import pathlib

import nbclient
import nbformat

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
os.environ.setdefault("DETENTE", str(ROOT / "target/release/detente"))

CELLS = [
    """# From six articles to a relation
This notebook reads the [example articles](../examples/README.md), which are part of the repository, looks at what they report, keeps them in
a ledger, and asks the ledger where Iran and Hamas stand. Everything runs on this machine; nothing is downloaded.""",
    """import pathlib

import pandas as pd

import detente

pd.options.display.max_colwidth = 60
detente.coder()""",
    """## Articles in, reports out
An article is a text with a day. Here each is a file whose name begins with its day.""",
    """articles = pd.DataFrame(
    {"id": path.stem, "published": path.name[:10], "text": path.read_text(encoding="utf-8")}
    for path in sorted(pathlib.Path("../examples").glob("*.txt"))
)
articles.assign(text=articles["text"].str.slice(0, 60))""",
    """reports = detente.code(articles)
print(reports.num_rows, "reports,", reports.num_columns, "columns")
reports.schema.field("actor").type""",
    """One row is one event as one article tells it, with its sentence. `aux` says what is not plainly asserted: denied, announced,
hypothetical, of the past.""",
    """frame = reports.to_pandas()
frame["type"] = frame["event"].str[0]
keys = lambda parties: ", ".join(party["key"] for party in parties)
frame["who"], frame["whom"] = frame["actor"].map(keys), frame["recipient"].map(keys)
frame[["date", "type", "who", "whom", "aux", "sentence"]].head(12)""",
    """Which types, and how many of them are plain assertions?""",
    """frame.assign(asserted=frame["aux"].str.len() == 0).groupby("type")["asserted"].agg(["size", "sum"])""",
    """## What cannot be read is told
A bad row costs itself alone.""",
    """rejects = []
detente.code([{"id": "good", "published": "2019-08-19", "text": "Iran condemned Israel on Sunday."}, {"id": "bad", "text": None}], rejects=rejects)
rejects""",
    """## A ledger
The program keeps articles and reports in a ledger, makes events out of reports, and works out where parties stand. Python looks things up
in it.""",
    """import os, subprocess, tempfile

folder = tempfile.TemporaryDirectory()
file = os.path.join(folder.name, "examples.db")
subprocess.run([os.environ["DETENTE"], "demo", "--no-serve", "--ledger", file], check=True, capture_output=True)
ledger = detente.Ledger(file)
ledger.counts()""",
    """ledger.standing("Iran", "Hamas", on="2017-12-31")""",
    """Month by month; where nothing is known there is no number.""",
    """months = ledger.standing("Iran", "Hamas", from_="2011-06-01", to="2018-01-31").to_pandas()
months.dropna(subset=["level"])[["month", "level", "low", "high", "state"]].iloc[::4]""",
    """When did it turn, and what did it?""",
    """turns = ledger.turns("Iran", "Hamas").to_pandas()
turns[["day", "kind", "before", "after", "certainty", "label"]]""",
    """Each turn names its events, and each event its reports, so that every number leads to the words behind it.""",
    """first = turns.iloc[0]["events"][0]
event = next(e for e in ledger.events("Iran", "Hamas").to_pylist() if e["id"] == first)
{r["sentence"] for r in ledger.reports("Iran", "Hamas").to_pylist() if r["id"] in event["reports"]}""",
    """Who stands with whom on a day?""",
    """blocs = ledger.blocs(on="2017-06-30")
[[member["name"] for member in bloc["members"]] for bloc in blocs["blocs"]]""",
]

notebook = nbformat.v4.new_notebook(metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}})
for number, text in enumerate(CELLS):
    prose = text.startswith("#") or "\n" not in text and text[0].isupper() or text.startswith(("One row", "Each turn", "The program", "An article"))
    cell = nbformat.v4.new_markdown_cell(text) if prose else nbformat.v4.new_code_cell(text)
    cell["id"] = f"cell-{number}"
    notebook.cells.append(cell)
nbclient.NotebookClient(notebook, timeout=600, resources={"metadata": {"path": str(HERE)}}).execute()
for cell in notebook.cells:
    # Times differ from run to run.
    cell.metadata.pop("execution", None)
    # Bars of progress say how fast this machine was.
    if "outputs" in cell:
        cell["outputs"] = [o for o in cell["outputs"] if o.get("name") != "stderr"]
# The version of this machine's Python means nothing.
notebook.metadata.pop("language_info", None)
nbformat.write(notebook, HERE / "notebook.ipynb")
