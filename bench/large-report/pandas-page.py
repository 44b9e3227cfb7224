"""pandas-page.py SAMPLES.parquet PAGE.html: a page of four counters over time for twelve hosts, as a notebook would make it."""

import sys

import pandas
import plotly.graph_objects
import plotly.io

samples, page = sys.argv[1:]
rows = pandas.read_parquet(samples)
hosts = rows[rows.entity_kind == "host"]
parts = []
for host in sorted(hosts.entity.unique())[:12]:
    figure = plotly.graph_objects.Figure()
    for counter in ["cpu.time", "mem.pss", "net.rx.bytes", "net.tx.bytes"]:
        series = hosts[(hosts.entity == host) & (hosts.counter == counter)].set_index("tick")
        values = series.per_s.where(series.kind == "cumulative", series.value).resample("140s").mean()
        figure.add_scatter(x=values.index, y=values, name=counter)
    figure.update_layout(title=host)
    parts.append(plotly.io.to_html(figure, full_html=False, include_plotlyjs=not parts))
with open(page, "w") as file:
    file.write("".join(parts))
