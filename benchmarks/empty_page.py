"""The least that Panel can show beside a plot: one figure of Bokeh's and one button. Others are measured against it."""

import panel as pn
from bokeh.plotting import figure

pn.extension()

plot = figure(width=400, height=300)
plot.scatter([1, 2, 3], [1, 3, 2])
pn.Column(pn.pane.Bokeh(plot), pn.widgets.Button(label="press")).servable(title="empty")
