-- Who watches a recording asks for a few parts at a time: they are found without reading the
-- rows of all that is before and behind them.
CREATE INDEX recording_volumes_by_part ON recording_volumes (recording, first);
