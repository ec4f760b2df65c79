-- Version 7 of the tables: what each report is like, so that all of them can be looked over without reading their records
-- (`Cards`). Described in TABLES.md. Reports of one run stand together, so that only new ones need be read. A record that
-- is damaged is no reason not to open the rest.
CREATE INDEX reports_cards ON reports (run, article, event, mode, quad_code, event_scale, date, enddate,
    negated, future, hypothetical, historical, said_by, country, sentence_start,
    CASE WHEN json_valid(record) THEN json_extract(record, '$.confidence') END,
    CASE WHEN json_valid(record) THEN json_extract(record, '$.event_loc.resolved_place', '$.event_loc.extracted_place',
        '$.event_loc.lat', '$.event_loc.lon', '$.event_loc.resolution', '$.event_loc.radius_km') END);

-- Events in which several act together on somebody, by their day: who does so is drawn together.
CREATE INDEX event_versions_joint ON event_versions (date, name, known, id)
    WHERE gone = 0 AND instr(actors, ',') > 0 AND recipients <> '[]';
