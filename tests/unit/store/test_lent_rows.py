"""Arrow rows lent to the engine: no join may hand a filter to their scan while it runs."""

import pyarrow as pa

from clockstop.store.engine import open_engine


def test_a_join_hands_no_filter_to_a_scan_of_lent_rows_and_gives_the_same_rows():
    engine = open_engine()
    try:
        engine.lend("many", pa.table({"k": list(range(200_000))}))
        engine.lend("few", pa.table({"k": list(range(50_000, 50_500))}))
        query = "SELECT count(*) AS n FROM many JOIN few USING (k)"
        plan = " ".join(engine.run(f"EXPLAIN ANALYZE {query}")["explain_value"].to_pylist())
        assert "ARROW_SCAN" in plan
        assert "Dynamic Filter" not in plan
        assert engine.run(query)["n"].to_pylist() == [500]
    finally:
        engine.close()
