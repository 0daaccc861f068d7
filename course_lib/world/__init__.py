"""The instrument: invented worlds, the company drawn from one of them, and the education of *wren*.

Nothing in the course leans on this package; it makes the data and the model that the lessons measure.
"""
