//! Networks for programs that draw and measure them: GraphML (graphml.graphdrawing.org) for one span of time, GEXF 1.3
//! (gexf.net) where each node and edge has the days for which it stands. The pages of the desk and `detente export` write
//! them with the same hand.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use detente::plover::Quad;
use jiff::civil::Date;

use super::cell::Cell;

/// Text inside XML; what XML cannot hold goes.
pub fn xml(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' | '\r' => out.push(' '),
            c if c < ' ' || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => out.push(c),
        }
    }
    out
}

/// An attribute of a graph, of nodes or of edges: its name, and its type in the words of GraphML (`string`, `double`,
/// `long`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// What bears it: `graph`, `node`, `edge`.
    pub of: &'static str,
    /// Its name.
    pub name: &'static str,
    /// Its type.
    pub kind: &'static str,
}

/// Values of attributes by their names; those that are not known are left out.
pub type Values<'a> = [(&'static str, Option<String>)];

/// A GraphML file that grows.
pub struct GraphMl {
    out: String,
}

impl GraphMl {
    /// Begins; attributes have names of their own, whatever bears them.
    pub fn new(attributes: &[Attribute], directed: bool, of_graph: &Values) -> GraphMl {
        let mut out = String::from(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n",
        );
        for Attribute { of, name, kind } in attributes {
            let _ =
                writeln!(out, " <key id=\"{name}\" for=\"{of}\" attr.name=\"{name}\" attr.type=\"{kind}\"/>");
        }
        let _ =
            writeln!(out, " <graph edgedefault=\"{}\">", if directed { "directed" } else { "undirected" });
        for (name, value) in of_graph {
            if let Some(value) = value {
                let _ = writeln!(out, "  <data key=\"{name}\">{}</data>", xml(value));
            }
        }
        GraphMl { out }
    }

    fn data(&mut self, values: &Values) {
        for (name, value) in values {
            if let Some(value) = value {
                let _ = write!(self.out, "<data key=\"{name}\">{}</data>", xml(value));
            }
        }
    }

    /// Adds a node.
    pub fn node(&mut self, id: &str, values: &Values) {
        let _ = write!(self.out, "  <node id=\"{}\">", xml(id));
        self.data(values);
        self.out.push_str("</node>\n");
    }

    /// Adds an edge.
    pub fn edge(&mut self, source: &str, target: &str, values: &Values) {
        let _ = write!(self.out, "  <edge source=\"{}\" target=\"{}\">", xml(source), xml(target));
        self.data(values);
        self.out.push_str("</edge>\n");
    }

    /// Takes what is written so far, so that it can be sent on.
    pub fn take(&mut self) -> String {
        std::mem::take(&mut self.out)
    }

    /// The rest of the file.
    pub fn finish(mut self) -> String {
        self.out.push_str(" </graph>\n</graphml>\n");
        self.out
    }
}

/// A span of days.
pub type Days = (Date, Date);

/// A GEXF file that grows: nodes first, then edges. Edges have weights that change with time.
pub struct Gexf {
    out: String,
    weights: Vec<&'static str>,
    edges: usize,
    in_edges: bool,
}

impl Gexf {
    /// Begins; `weights` are the numbers that edges bear, each with the days for which it holds.
    pub fn new(directed: bool, weights: &[&'static str]) -> Gexf {
        let kind = if directed { "directed" } else { "undirected" };
        let mut out = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<gexf xmlns=\"http://gexf.net/1.3\" version=\"1.3\">\n \
             <graph mode=\"dynamic\" defaultedgetype=\"{kind}\" timeformat=\"date\" timerepresentation=\"interval\">\n  \
             <attributes class=\"edge\" mode=\"dynamic\">"
        );
        for weight in weights {
            let _ = write!(out, "<attribute id=\"{weight}\" title=\"{weight}\" type=\"double\"/>");
        }
        out.push_str("</attributes>\n  <nodes>\n");
        Gexf { out, weights: weights.to_vec(), edges: 0, in_edges: false }
    }

    fn span(days: Days) -> String {
        format!("start=\"{}\" end=\"{}\"", days.0, days.1)
    }

    /// Adds a node with the days for which it stands.
    pub fn node(&mut self, id: &str, label: &str, spells: impl IntoIterator<Item = Days>) {
        let _ = write!(self.out, "   <node id=\"{}\" label=\"{}\"><spells>", xml(id), xml(label));
        for days in spells {
            let _ = write!(self.out, "<spell {}/>", Gexf::span(days));
        }
        self.out.push_str("</spells></node>\n");
    }

    /// Adds an edge: for each span of days its weights, in the order that was begun with.
    pub fn edge(&mut self, source: &str, target: &str, spells: &[(Days, Vec<String>)]) {
        if !self.in_edges {
            self.in_edges = true;
            self.out.push_str("  </nodes>\n  <edges>\n");
        }
        let _ = write!(
            self.out,
            "   <edge id=\"{}\" source=\"{}\" target=\"{}\"><attvalues>",
            self.edges,
            xml(source),
            xml(target)
        );
        self.edges += 1;
        for (days, values) in spells {
            for (name, value) in self.weights.iter().zip(values) {
                let _ =
                    write!(self.out, "<attvalue for=\"{name}\" value=\"{value}\" {}/>", Gexf::span(*days));
            }
        }
        self.out.push_str("</attvalues><spells>");
        for (days, _) in spells {
            let _ = write!(self.out, "<spell {}/>", Gexf::span(*days));
        }
        self.out.push_str("</spells></edge>\n");
    }

    /// Takes what is written so far, so that it can be sent on.
    pub fn take(&mut self) -> String {
        std::mem::take(&mut self.out)
    }

    /// The rest of the file.
    pub fn finish(mut self) -> String {
        if !self.in_edges {
            self.out.push_str("  </nodes>\n  <edges>\n");
        }
        self.out.push_str("  </edges>\n </graph>\n</gexf>\n");
        self.out
    }
}

/// Who did what to whom, added up: one edge for each pair and direction, with its months.
#[derive(Default)]
pub struct Network {
    /// Pair of keys → first day of a month → counts.
    edges: BTreeMap<(String, String), BTreeMap<Date, Told>>,
    names: BTreeMap<String, String>,
}

/// What is told of a pair in a month.
#[derive(Clone, Copy, Debug, Default)]
struct Told {
    quads: [u64; 4],
    scale: f64,
    first: Option<Date>,
    last: Option<Date>,
}

impl Told {
    fn events(&self) -> u64 {
        self.quads.iter().sum()
    }

    fn add(&mut self, other: &Told) {
        for (own, n) in self.quads.iter_mut().zip(other.quads) {
            *own += n;
        }
        self.scale += other.scale;
        self.first = self.first.into_iter().chain(other.first).min();
        self.last = self.last.max(other.last);
    }

    fn mean(&self) -> f64 {
        self.scale / self.events().max(1) as f64
    }
}

/// Attributes of the network of events.
const ATTRIBUTES: [Attribute; 12] = {
    const fn edge(name: &'static str, kind: &'static str) -> Attribute {
        Attribute { of: "edge", name, kind }
    }
    [
        Attribute { of: "node", name: "name", kind: "string" },
        Attribute { of: "node", name: "country", kind: "string" },
        Attribute { of: "graph", name: "first_day", kind: "string" },
        Attribute { of: "graph", name: "last_day", kind: "string" },
        edge("events", "long"),
        edge("verbal_cooperation", "long"),
        edge("material_cooperation", "long"),
        edge("verbal_conflict", "long"),
        edge("material_conflict", "long"),
        edge("mean_scale", "double"),
        edge("first", "string"),
        edge("last", "string"),
    ]
};

impl Network {
    /// Adds an act of one party on another on a day.
    pub fn add(&mut self, source: (&str, &str), target: (&str, &str), day: Date, quad: Quad, scale: f64) {
        for (key, name) in [source, target] {
            if !self.names.contains_key(key) {
                self.names.insert(key.into(), name.into());
            }
        }
        let months = self.edges.entry((source.0.into(), target.0.into())).or_default();
        let mut told = Told { scale, first: Some(day), last: Some(day), ..Told::default() };
        if let Some(n) = Quad::ALL.iter().position(|q| *q == quad) {
            told.quads[n] = 1;
        }
        months.entry(day.first_of_month()).or_default().add(&told);
    }

    /// How many edges there are.
    pub fn len(&self) -> usize {
        self.edges.len()
    }

    /// True where nobody does anything to anybody.
    pub fn is_empty(&self) -> bool {
        self.edges.is_empty()
    }

    /// Writes it as GraphML, piece by piece. `country` tells the state behind a key.
    ///
    /// # Errors
    /// When `out` cannot be written.
    pub fn graphml(
        &self,
        out: &mut dyn std::io::Write,
        country: impl Fn(&str) -> Option<String>,
    ) -> std::io::Result<()> {
        let days = || self.edges.values().flat_map(BTreeMap::values);
        let first = days().filter_map(|t| t.first).min().map(|d| d.to_string());
        let last = days().filter_map(|t| t.last).max().map(|d| d.to_string());
        let mut file = GraphMl::new(&ATTRIBUTES, true, &[("first_day", first), ("last_day", last)]);
        for (key, name) in &self.names {
            file.node(key, &[("name", Some(name.clone())), ("country", country(key))]);
        }
        out.write_all(file.take().as_bytes())?;
        for ((source, target), months) in &self.edges {
            let mut told = Told::default();
            months.values().for_each(|month| told.add(month));
            let count = |n: u64| Some(n.to_string());
            file.edge(
                source,
                target,
                &[
                    ("events", count(told.events())),
                    ("verbal_cooperation", count(told.quads[0])),
                    ("material_cooperation", count(told.quads[1])),
                    ("verbal_conflict", count(told.quads[2])),
                    ("material_conflict", count(told.quads[3])),
                    ("mean_scale", Some(format!("{:.3}", told.mean() + 0.0))),
                    ("first", told.first.map(|d| d.to_string())),
                    ("last", told.last.map(|d| d.to_string())),
                ],
            );
            out.write_all(file.take().as_bytes())?;
        }
        out.write_all(file.finish().as_bytes())
    }

    /// Writes it as GEXF, piece by piece: months in which something is told are the days for which parties and edges
    /// stand.
    ///
    /// # Errors
    /// When `out` cannot be written.
    pub fn gexf(&self, out: &mut dyn std::io::Write) -> std::io::Result<()> {
        let mut seen: BTreeMap<&str, std::collections::BTreeSet<Date>> = BTreeMap::new();
        for ((source, target), months) in &self.edges {
            for key in [source, target] {
                seen.entry(key).or_default().extend(months.keys());
            }
        }
        let span = |first: Date| (first, first.last_of_month());
        let mut file = Gexf::new(true, &["events", "mean_scale", "conflict"]);
        for (key, months) in &seen {
            let name = self.names.get(*key).map_or(*key, String::as_str);
            file.node(key, name, months.iter().map(|m| span(*m)));
            out.write_all(file.take().as_bytes())?;
        }
        for ((source, target), months) in &self.edges {
            let spells: Vec<(Days, Vec<String>)> = months
                .iter()
                .map(|(month, told)| {
                    let conflict = told.quads[2] + told.quads[3];
                    let values = vec![
                        told.events().to_string(),
                        format!("{:.3}", told.mean() + 0.0),
                        conflict.to_string(),
                    ];
                    (span(*month), values)
                })
                .collect();
            file.edge(source, target, &spells);
            out.write_all(file.take().as_bytes())?;
        }
        out.write_all(file.finish().as_bytes())
    }
}

/// The cell as an attribute has it; `None` where nothing is known.
pub fn value(cell: &Cell) -> Option<String> {
    match cell {
        Cell::None => None,
        Cell::Text(text) => Some(text.clone()),
        other => Some(other.plain("").into_owned()),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn xml_holds_what_texts_bring() {
        assert_eq!(xml("A & \"B\" <c>\u{1}\n"), "A &amp; &quot;B&quot; &lt;c&gt; ");
    }

    #[test]
    fn edges_are_added_up_and_have_their_months() {
        let mut network = Network::default();
        let (a, b) = (("AAA", "A & B"), ("BBB", "B"));
        network.add(a, b, date(2020, 1, 5), Quad::VerbalConflict, -2.0);
        network.add(a, b, date(2020, 1, 9), Quad::MaterialConflict, -9.0);
        network.add(b, a, date(2020, 3, 1), Quad::VerbalCooperation, 2.5);
        let mut out = Vec::new();
        network.graphml(&mut out, |_| None).unwrap();
        let graphml = String::from_utf8(out).unwrap();
        assert!(graphml.contains("<node id=\"AAA\"><data key=\"name\">A &amp; B</data></node>"), "{graphml}");
        assert!(graphml.contains("<data key=\"events\">2</data>"), "{graphml}");
        assert!(graphml.contains("<data key=\"mean_scale\">-5.500</data>"), "{graphml}");
        assert!(graphml.contains("<data key=\"first_day\">2020-01-05</data>"), "{graphml}");
        let mut out = Vec::new();
        network.gexf(&mut out).unwrap();
        let gexf = String::from_utf8(out).unwrap();
        let both = "<spell start=\"2020-01-01\" end=\"2020-01-31\"/><spell start=\"2020-03-01\" end=\"2020-03-31\"/>";
        assert!(gexf.contains(&format!("<node id=\"AAA\" label=\"A &amp; B\"><spells>{both}")), "{gexf}");
        assert!(gexf.contains("value=\"2\" start=\"2020-01-01\""), "{gexf}");
        let mut empty = Vec::new();
        Network::default().gexf(&mut empty).unwrap();
        assert!(
            String::from_utf8(empty)
                .unwrap()
                .ends_with("<nodes>\n  </nodes>\n  <edges>\n  </edges>\n </graph>\n</gexf>\n")
        );
    }
}
