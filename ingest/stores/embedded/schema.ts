/**
 * The embedded store's file. Other processes may read it while ingest writes (WAL), through the view `reading`:
 * `kind, facility, gateway, device, room, resident (null where the kind has none), at (UTC ms), fields`, where `fields` is
 * line protocol's field section and parseFields of core/line-protocol reads it. Who looks for last values reads `series` and `point`.
 * A series is a kind with its tags; a point lies beside its neighbours in time, so a device's day is one range of the tree.
 */
export const SCHEMA = `
  CREATE TABLE IF NOT EXISTS series (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    facility TEXT NOT NULL,
    gateway TEXT NOT NULL,
    device TEXT NOT NULL,
    room TEXT NOT NULL,
    resident TEXT
  ) STRICT;
  CREATE INDEX IF NOT EXISTS series_of_device ON series (facility, device, kind);
  CREATE TABLE IF NOT EXISTS point (
    series INTEGER NOT NULL,
    at INTEGER NOT NULL,
    fields TEXT NOT NULL,
    PRIMARY KEY (series, at)
  ) STRICT, WITHOUT ROWID;
  CREATE VIEW IF NOT EXISTS reading AS
    SELECT kind, facility, gateway, device, room, resident, at, fields
    FROM series JOIN point ON point.series = series.id;
`;
