//! Points as GeoJSON (RFC 7946). What is known of a country alone has no geometry: its middle is no place.

use serde_json::{Map, Value, json};

/// What stands before the features.
pub const HEAD: &str = "{\"type\":\"FeatureCollection\",\"features\":[\n";
/// What stands behind them.
pub const FOOT: &str = "\n]}\n";

/// One feature: degrees north and east, and what is to be said of the point.
pub fn feature(point: Option<(f64, f64)>, properties: Map<String, Value>) -> Value {
    // GeoJSON has the longitude first.
    let geometry = point.map(|(lat, lon)| json!({ "type": "Point", "coordinates": [lon, lat] }));
    json!({ "type": "Feature", "geometry": geometry, "properties": properties })
}

/// Features that are at hand, as one collection.
pub fn collection(features: Vec<Value>) -> Value {
    json!({ "type": "FeatureCollection", "features": features })
}
